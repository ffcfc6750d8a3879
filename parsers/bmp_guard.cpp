// BMP: the header's fields, and that the rows they promise are there.
#include <cstdlib>

#include "parsers/byte_order.h"
#include "parsers/image_guard.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::size_t file_header = 14, os2_header = 12, info_header = 40;

std::int64_t signed32(std::string_view bytes, std::size_t at) {
  return static_cast<std::int32_t>(little_endian(bytes, at, 4));
}

}  // namespace

Result<PictureInfo> inspect_bmp(std::string_view bytes, const std::string& file) {
  const auto broken = [&](const std::string& what) {
    return malformed(file, "damaged BMP, " + what + "; a whole BMP is needed");
  };
  const auto refused = [&](const std::string& kind) {
    return malformed(file, kind + " BMP is not supported; an uncompressed Windows BMP is needed");
  };
  const std::string ends = "it ends at byte " + std::to_string(bytes.size());
  if (bytes.size() < file_header + os2_header) return broken(ends);
  const std::size_t offset = little_endian(bytes, 10, 4), header = little_endian(bytes, 14, 4);
  const bool os2 = header == os2_header;
  if (!os2 && header != info_header && header != 56 && header != 108 && header != 124) {
    return refused(std::to_string(header) + "-byte-header");
  }
  if (bytes.size() < file_header + header) return broken(ends);

  PictureInfo info{"BMP", 0, 0, bytes.size(), 1};
  info.width = os2 ? static_cast<std::int64_t>(little_endian(bytes, 18, 2)) : signed32(bytes, 18);
  info.height = os2 ? static_cast<std::int64_t>(little_endian(bytes, 20, 2)) : std::abs(signed32(bytes, 22));
  const std::size_t bits = little_endian(bytes, os2 ? 24 : 28, 2);
  const std::size_t compression = os2 ? 0 : little_endian(bytes, 30, 4);
  if (info.width < 1 || info.height < 1 || info.height > 0x7fffffff) {
    return broken("a size of " + std::to_string(info.width) + "x" + std::to_string(info.height));
  }
  if (compression != 0 && compression != 3) return refused("compressed");
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    return refused(std::to_string(bits) + "-bit");
  }
  if (os2 && bits != 24) return refused("OS/2 palette");

  const std::size_t masks = compression == 3 && header < 108 ? 12 : 0;
  if (offset < file_header + header + masks) {
    return broken("pixels that begin at byte " + std::to_string(offset));
  }
  // width < 2^31 and bits <= 32: neither the bits of a row nor all rows' bytes pass 2^63.
  const std::uint64_t row = (static_cast<std::uint64_t>(info.width) * bits + 31) / 32 * 4;
  if (offset > bytes.size() || (bytes.size() - offset) / row < static_cast<std::uint64_t>(info.height)) {
    return broken(ends + " of " + std::to_string(offset + row * static_cast<std::uint64_t>(info.height)));
  }
  return info;
}

}  // namespace nightjar
