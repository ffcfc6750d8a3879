// The header's numbers, and what is wrong where they make no sense.
#include "parsers/weights.h"

#include <algorithm>
#include <array>

#include "parsers/byte_order.h"
#include "parsers/kind.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::string_view wanted = "a Darknet .weights file";
constexpr std::size_t version_bytes = 12, old_bytes = 16, new_bytes = weights_header_max_bytes;
constexpr std::int32_t version_limit = 1000;

bool is_text(std::string_view bytes) {
  return !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n';
  });
}

using Version = std::array<std::int32_t, 3>;

Version version_of(std::string_view bytes, decltype(little_endian)* read) {
  Version version;
  for (std::size_t i = 0; i < version.size(); ++i)
    version[i] = static_cast<std::int32_t>(read(bytes, 4 * i, 4));
  return version;
}

bool plausible(const Version& version) {
  return std::all_of(version.begin(), version.end(),
                     [](std::int32_t v) { return v >= 0 && v < version_limit; });
}

std::size_t bytes_of_version(std::int32_t major, std::int32_t minor) {
  return major * 10 + minor >= 2 ? new_bytes : old_bytes;
}

void append(std::string& bytes, std::uint64_t number, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(number >> 8 * i & 0xff);
}

}  // namespace

std::string format_weights_header(const WeightsHeader& header) {
  std::string bytes;
  for (const std::int32_t part : {header.major, header.minor, header.revision})
    append(bytes, static_cast<std::uint32_t>(part), 4);
  append(bytes, header.seen, bytes_of_version(header.major, header.minor) - version_bytes);
  return bytes;
}

Result<WeightsHeader> parse_weights_header(std::string_view first_bytes, const std::string& file) {
  const auto truncated = [&](std::size_t needed) {
    return malformed(file, "truncated header, " + std::to_string(first_bytes.size()) + " bytes; " +
                               std::to_string(needed) + " are needed");
  };
  if (const FileKind kind = kind_of(first_bytes); !kind.name.empty()) {
    return malformed(file, not_the_file(kind, wanted));
  }
  if (is_text(first_bytes)) {
    return malformed(
        file, not_the_file({"text", "were the cfg and the weights swapped, or the download refused?", true},
                           wanted));
  }
  if (first_bytes.size() < version_bytes) return truncated(new_bytes);

  const Version version = version_of(first_bytes, little_endian);
  const auto [major, minor, revision] = version;
  if (!plausible(version)) {
    if (plausible(version_of(first_bytes, big_endian))) {
      return malformed(
          file, "the bytes of its numbers are in reverse order; a little-endian .weights file is needed");
    }
    return malformed(file, "version " + std::to_string(major) + "." + std::to_string(minor) + "." +
                               std::to_string(revision) +
                               " is not supported; one with numbers below 1000, on which " +
                               "the forks of Darknet agree, is needed");
  }

  const std::size_t bytes = bytes_of_version(major, minor);
  if (first_bytes.size() < bytes) return truncated(bytes);
  const std::uint64_t seen = little_endian(first_bytes, version_bytes, bytes - version_bytes);
  return WeightsHeader{major, minor, revision, seen, static_cast<int>(bytes)};
}

}  // namespace nightjar
