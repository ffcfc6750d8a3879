// JPEG: a walk over the markers, from SOI to EOI (ITU T.81 annex B).
#include "parsers/byte_order.h"
#include "parsers/image_guard.h"
#include "parsers/message.h"
#include "parsers/orientation.h"

namespace nightjar {
namespace {

// More than any encoder writes; each scan of a progressive picture costs a pass over all of it.
constexpr int max_scans = 100;

enum Marker : unsigned char {
  sof0 = 0xc0,
  sof1 = 0xc1,
  sof2 = 0xc2,
  dht = 0xc4,
  rst0 = 0xd0,
  rst7 = 0xd7,
  soi = 0xd8,
  eoi = 0xd9,
  sos = 0xda,
  app1 = 0xe1,
  app14 = 0xee,
};

// What a marker that stb_image cannot decode stands for; empty for one that it can, or skips.
std::string_view unsupported_process(unsigned marker) {
  switch (marker) {
    case 0xc3:
      return "lossless";
    case 0xc5:
    case 0xc6:
    case 0xc7:
      return "hierarchical";
    case 0xc9:
    case 0xca:
    case 0xcb:
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return "arithmetic-coded";
    case 0xde:
    case 0xdf:
      return "hierarchical";
    case 0xf7:
      return "JPEG-LS";
    default:
      return {};
  }
}

class JpegWalk {
 public:
  JpegWalk(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Result<PictureInfo> walk() {
    at_ = 2;
    for (;;) {
      if (Result<void> found = find_marker(); !found) return found.error();
      if (marker_ == eoi) break;
      if (Result<void> segment = read_segment(); !segment) return segment.error();
    }
    if (scans_ == 0) return broken("no scan");
    if (info_.height == 0) return broken("a height of 0 in the header");
    if (components_ == 4 && transform_ != 0 && transform_ != 2) {
      return refused("CMYK without Adobe's colour transform");
    }
    info_.bytes = at_;
    return info_;
  }

 private:
  Error broken(const std::string& what) const {
    return malformed(file_, "damaged JPEG, " + what + "; a whole JPEG is needed");
  }
  Error truncated() const {
    return broken("it ends at byte " + std::to_string(bytes_.size()) + " without an end marker");
  }
  Error refused(std::string_view kind) const {
    return malformed(
        file_, std::string(kind) + " JPEG is not supported; baseline or progressive, 8 bits, is needed");
  }

  // Steps behind the next marker. Between segments some encoders pad; in a scan, FF 00 is data and FF D0-D7
  // restarts.
  Result<void> find_marker() {
    for (;;) {
      at_ = bytes_.find('\xff', at_);
      if (at_ != bytes_.npos) at_ = bytes_.find_first_not_of('\xff', at_);
      if (at_ == bytes_.npos) return truncated();
      marker_ = static_cast<unsigned char>(bytes_[at_++]);
      const bool data = marker_ == 0 || (marker_ >= rst0 && marker_ <= rst7);
      if (!data) return {};
      if (scans_ == 0) return broken("scan data outside of a scan");
    }
  }

  Result<void> read_segment() {
    if (marker_ == soi || marker_ < sof0) {
      return broken("marker " + std::to_string(marker_) + " inside the picture");
    }
    if (const std::string_view process = unsupported_process(marker_); !process.empty()) {
      return refused(process);
    }
    if (bytes_.size() - at_ < 2) return truncated();
    const std::size_t length = big_endian(bytes_, at_, 2);
    if (length < 2) return broken("a segment of " + std::to_string(length) + " bytes");
    if (bytes_.size() - at_ < length) return truncated();
    const std::string_view segment = bytes_.substr(at_ + 2, length - 2);
    at_ += length;
    switch (marker_) {
      case sof0:
      case sof1:
      case sof2:
        return read_frame(segment);
      case dht:
        return read_huffman_tables(segment);
      case sos:
        return read_scan();
      case app1:
        if (constexpr std::string_view exif("Exif\0\0", 6); segment.starts_with(exif))
          info_.orientation = orientation_of(segment.substr(exif.size()));
        break;
      case app14:
        if (segment.size() >= 12 && segment.starts_with("Adobe"))
          transform_ = static_cast<unsigned char>(segment[11]);
    }
    return {};
  }

  Result<void> read_frame(std::string_view segment) {
    if (components_ != 0) return broken("two frame headers");
    if (segment.size() < 6) return broken("a short frame header");
    const auto bits = big_endian(segment, 0, 1);
    if (bits != 8) return refused(std::to_string(bits) + "-bit");
    info_.height = static_cast<std::int64_t>(big_endian(segment, 1, 2));
    info_.width = static_cast<std::int64_t>(big_endian(segment, 3, 2));
    components_ = static_cast<int>(big_endian(segment, 5, 1));
    if (info_.width == 0) return broken("a width of 0");
    if (components_ != 1 && components_ != 3 && components_ != 4) {
      return refused(std::to_string(components_) + "-component");
    }
    return {};
  }

  // stb_image 2.27 has room for 256 symbols a table and writes as many as the counts say.
  Result<void> read_huffman_tables(std::string_view segment) const {
    constexpr std::size_t counts = 16;
    while (!segment.empty()) {
      if (segment.size() < 1 + counts) return broken("a short Huffman table");
      std::size_t symbols = 0;
      for (std::size_t i = 1; i <= counts; ++i) symbols += big_endian(segment, i, 1);
      if (symbols > 256 || segment.size() < 1 + counts + symbols) {
        return broken("a Huffman table of " + std::to_string(symbols) + " symbols");
      }
      segment.remove_prefix(1 + counts + symbols);
    }
    return {};
  }

  Result<void> read_scan() {
    if (components_ == 0) return broken("a scan in front of the frame header");
    if (++scans_ > max_scans) {
      return too_large(file_,
                       "a JPEG of more than " + std::to_string(max_scans) + " scans; fewer are needed");
    }
    return {};
  }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  unsigned marker_ = 0;
  PictureInfo info_{"JPEG", 0, 0, 0, 1};
  int components_ = 0, scans_ = 0;
  int transform_ = -1;  // Adobe's; -1 where its marker is missing
};

}  // namespace

Result<PictureInfo> inspect_jpeg(std::string_view bytes, const std::string& file) {
  return JpegWalk(bytes, file).walk();
}

}  // namespace nightjar
