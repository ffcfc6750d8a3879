// WebP: a walk over the chunks of the RIFF file ("WebP Container Specification").
#include <algorithm>

#include "parsers/byte_order.h"
#include "parsers/image_guard.h"
#include "parsers/message.h"
#include "parsers/orientation.h"

namespace nightjar {
namespace {

constexpr std::size_t file_header = 12, chunk_header = 8;

class WebpWalk {
 public:
  WebpWalk(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Result<PictureInfo> walk() {
    const std::size_t end = chunk_header + little_endian(bytes_, 4, 4);
    if (end > bytes_.size() || end < file_header) return cut();
    info_.bytes = end;
    for (std::size_t at = file_header; end - at >= chunk_header;) {
      const std::size_t length = little_endian(bytes_, at + 4, 4);
      if (end - at - chunk_header < length) return cut();
      const auto data = bytes_.substr(at + chunk_header, length);
      if (auto read = read_chunk(bytes_.substr(at, 4), data); !read) return read.error();
      at += chunk_header + std::min(length + length % 2, end - at - chunk_header);  // padded to even
    }
    if (info_.width < 1 || info_.height < 1) return broken("no picture in it");
    return info_;
  }

 private:
  Error broken(const std::string& what) const {
    return malformed(file_, "damaged WebP, " + what + "; a whole one is needed");
  }
  Error cut() const {
    return broken("it ends at byte " + std::to_string(bytes_.size()) + " in the middle of a chunk");
  }

  Result<void> read_chunk(std::string_view type, std::string_view data) {
    if (type == "ANIM" || type == "ANMF")
      return malformed(file_, "an animated WebP is not supported; a single picture is needed");
    if (type == "EXIF") info_.orientation = orientation_of(data.starts_with("Exif") ? data.substr(6) : data);
    if (type == "VP8 ") return read_lossy(data);
    if (type == "VP8L") return read_lossless(data);
    return {};
  }

  // RFC 6386, section 9.1: three bytes of a frame tag, a start code, 14 bits a side.
  Result<void> read_lossy(std::string_view data) {
    if (data.size() < 10 || data.substr(3, 3) != "\x9d\x01\x2a") return broken("no start code of a frame");
    info_.width = static_cast<std::int64_t>(little_endian(data, 6, 2) & 0x3fff);
    info_.height = static_cast<std::int64_t>(little_endian(data, 8, 2) & 0x3fff);
    return {};
  }

  // "WebP Lossless Bitstream", section 3: a signature, 14 bits a side less one.
  Result<void> read_lossless(std::string_view data) {
    if (data.size() < 5 || data[0] != '\x2f') return broken("no signature of a lossless picture");
    const auto sides = little_endian(data, 1, 4);
    info_.width = static_cast<std::int64_t>(sides & 0x3fff) + 1;
    info_.height = static_cast<std::int64_t>(sides >> 14 & 0x3fff) + 1;
    return {};
  }

  std::string_view bytes_;
  const std::string& file_;
  PictureInfo info_{"WebP", 0, 0, 0, 1};
};

}  // namespace

Result<PictureInfo> inspect_webp(std::string_view bytes, const std::string& file) {
  return WebpWalk(bytes, file).walk();
}

}  // namespace nightjar
