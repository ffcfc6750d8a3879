// .npy headers (numpy.lib.format) in and out.
#include "parsers/npy.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <cstring>
#include <optional>

#include "parsers/byte_order.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie in the file");

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t max_dimensions = 32;  // NumPy's own limit for long
constexpr std::size_t alignment = 64;

// Reads the header, a Python dict literal with the keys descr, fortran_order and shape in any order.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : rest_(text) {}

  bool read() {
    if (!skip("{")) return false;
    while (!skip("}")) {
      if (!entry()) return false;
      if (!skip(",")) return skip("}") && done();
    }
    return done();
  }

  std::optional<std::string_view> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::int64_t>> shape;

 private:
  bool skip(std::string_view token) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool done() { return skip("") && rest_.empty() && descr && fortran_order && shape; }

  bool entry() {
    const std::optional<std::string_view> key = string();
    if (!key || !skip(":")) return false;
    if (*key == "descr") return (descr = string()).has_value();
    if (*key == "shape") return (shape = tuple()).has_value();
    if (*key != "fortran_order") return false;
    fortran_order = skip("True");
    return *fortran_order || skip("False");
  }

  std::optional<std::string_view> string() {
    const std::string_view quote = skip("'") ? "'" : "\"";
    if (quote == "\"" && !skip(quote)) return std::nullopt;
    const std::size_t end = rest_.find(quote);
    if (end == rest_.npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::optional<std::vector<std::int64_t>> tuple() {
    std::vector<std::int64_t> values;
    if (!skip("(")) return std::nullopt;
    while (!skip(")")) {
      std::int64_t value = 0;
      skip("");
      const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
      if (error != std::errc{} || value < 0 || values.size() == max_dimensions) return std::nullopt;
      rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
      values.push_back(value);
      if (!skip(",") && !rest_.starts_with(")")) return std::nullopt;
    }
    return values;
  }

  std::string_view rest_;
};

// Elements of an array of this shape; nothing where their bytes would pass 2^63.
std::optional<std::int64_t> element_count(const std::vector<std::int64_t>& shape) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  constexpr std::int64_t limit = INT64_MAX / static_cast<std::int64_t>(sizeof(float));
  std::int64_t count = 1;
  for (const std::int64_t side : shape) {
    if (count > limit / side) return std::nullopt;
    count *= side;
  }
  return count;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

}  // namespace

Result<NpyArray> parse_npy(std::string_view bytes, const std::string& file) {
  constexpr std::size_t version_bytes = 2;
  if (!bytes.starts_with(magic) || bytes.size() < magic.size() + version_bytes) {
    return malformed(file, "not a .npy file; a NumPy array of float32 is needed");
  }
  const int major = bytes[magic.size()];
  if (major < 1 || major > 3) {
    return malformed(file, ".npy version " + std::to_string(major) + " is not supported; 1 to 3 are read");
  }
  const std::size_t width = major == 1 ? 2 : 4, length_at = magic.size() + version_bytes;
  const std::size_t header_at = length_at + width;
  const std::size_t length = bytes.size() < header_at ? 0 : little_endian(bytes, length_at, width);
  if (bytes.size() < header_at || bytes.size() - header_at < length) {
    return malformed(file, "truncated .npy header; a whole file is needed");
  }
  HeaderReader header(bytes.substr(header_at, length));
  if (!header.read()) {
    return malformed(file, "unreadable .npy header " + in_quotes(bytes.substr(header_at, length)) +
                               "; a dict of descr, fortran_order and shape is needed");
  }
  if (*header.descr != "<f4") {
    return malformed(file, "values of type " + in_quotes(*header.descr) + "; '<f4' (float32) is needed");
  }
  if (*header.fortran_order) return malformed(file, "an array in Fortran order; C order is needed");
  const std::optional<std::int64_t> count = element_count(*header.shape);
  const std::string_view body = bytes.substr(header_at + length);
  if (!count || body.size() != static_cast<std::uint64_t>(*count) * sizeof(float)) {
    return malformed(file, std::to_string(body.size()) + " bytes of values; shape " +
                               shape_text(*header.shape) + " needs " +
                               (count ? std::to_string(*count) + " times 4" : "more than there can be"));
  }
  NpyArray array{std::move(*header.shape), std::vector<float>(static_cast<std::size_t>(*count))};
  if (!body.empty()) std::memcpy(array.values.data(), body.data(), body.size());
  return array;
}

// As numpy.lib.format writes it: room for the first side to grow to 21 digits, then blanks up to a multiple
// of 64.
std::string format_npy(const NpyArray& array) {
  assert(element_count(array.shape) == static_cast<std::int64_t>(array.values.size()));
  constexpr std::size_t growth_digits = 21;
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape_text(array.shape) + ", }";
  if (!array.shape.empty()) header.append(growth_digits - std::to_string(array.shape[0]).size(), ' ');
  const std::size_t preamble = magic.size() + 4;
  header.append(alignment - 1 - (preamble + header.size()) % alignment, ' ');
  header += '\n';

  std::string bytes(magic);
  bytes += {1, 0, static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  bytes += header;
  const std::size_t values_at = bytes.size();
  bytes.resize(values_at + array.values.size() * sizeof(float));
  if (!array.values.empty())
    std::memcpy(bytes.data() + values_at, array.values.data(), bytes.size() - values_at);
  return bytes;
}

}  // namespace nightjar
