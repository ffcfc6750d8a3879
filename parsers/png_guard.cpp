// PNG: a walk over the chunks with their checksums, from IHDR to IEND (PNG specification, section 5).
#include <array>

#include "parsers/byte_order.h"
#include "parsers/image_guard.h"
#include "parsers/message.h"
#include "parsers/orientation.h"

namespace nightjar {
namespace {

constexpr std::size_t signature_bytes = 8, chunk_overhead = 12;  // length, type and checksum

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? 0xedb88320u ^ value >> 1 : value >> 1;
    table[i] = value;
  }
  return table;
}

std::uint32_t crc(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> table = make_crc_table();
  std::uint32_t value = 0xffffffffu;
  for (const char c : bytes) value = table[(value ^ static_cast<unsigned char>(c)) & 0xff] ^ value >> 8;
  return ~value;
}

bool valid_depth(unsigned colour, unsigned depth) {
  switch (colour) {
    case 0:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2:
    case 4:
    case 6:
      return depth == 8 || depth == 16;
    default:
      return false;
  }
}

class PngWalk {
 public:
  PngWalk(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Result<PictureInfo> walk() {
    at_ = signature_bytes;
    do {
      if (Result<void> chunk = read_chunk(); !chunk) return chunk.error();
    } while (type_ != "IEND");
    if (!has_data_) return broken("no IDAT chunk");
    info_.bytes = at_;
    return info_;
  }

 private:
  Error broken(const std::string& what) const {
    return malformed(file_, "damaged PNG, " + what + "; a whole PNG is needed");
  }

  Result<void> read_chunk() {
    const std::size_t left = bytes_.size() - at_;
    const std::size_t length = left < chunk_overhead ? 0 : big_endian(bytes_, at_, 4);
    if (left < chunk_overhead || left - chunk_overhead < length) {
      return broken("it ends at byte " + std::to_string(bytes_.size()) + " without an IEND chunk");
    }
    type_ = bytes_.substr(at_ + 4, 4);
    if (crc(bytes_.substr(at_ + 4, 4 + length)) != big_endian(bytes_, at_ + 8 + length, 4)) {
      return broken("a wrong checksum of chunk " + in_quotes(type_) + " at byte " + std::to_string(at_));
    }
    const std::string_view data = bytes_.substr(at_ + 8, length);
    const bool first = at_ == signature_bytes;
    at_ += chunk_overhead + length;
    if (first != (type_ == "IHDR")) return broken("an IHDR chunk that is missing or not the first");
    if (first) return read_header(data);
    if (type_ == "PLTE") colours_ = data.size() / 3;
    if (type_ == "tRNS" && colour_ == 3 && data.size() > colours_)
      return broken("a tRNS chunk with more entries than the palette has");
    if (type_ == "eXIf") info_.orientation = orientation_of(data);
    if (type_ == "IDAT") {
      if (colour_ == 3 && colours_ == 0) return broken("no palette");
      has_data_ = true;
    }
    // A capital first letter: who does not know the chunk cannot show the picture.
    const bool known = type_ == "PLTE" || type_ == "IDAT" || type_ == "IEND";
    if (!known && (type_[0] & 0x20) == 0) return broken("an unknown chunk " + in_quotes(type_));
    return {};
  }

  Result<void> read_header(std::string_view data) {
    if (data.size() != 13) return broken("an IHDR chunk of " + std::to_string(data.size()) + " bytes");
    info_.width = static_cast<std::int64_t>(big_endian(data, 0, 4));
    info_.height = static_cast<std::int64_t>(big_endian(data, 4, 4));
    constexpr std::int64_t max_side = 0x7fffffff;
    if (info_.width < 1 || info_.width > max_side || info_.height < 1 || info_.height > max_side) {
      return broken("a size of " + std::to_string(info_.width) + "x" + std::to_string(info_.height));
    }
    const auto depth = static_cast<unsigned>(big_endian(data, 8, 1));
    colour_ = static_cast<unsigned>(big_endian(data, 9, 1));
    if (!valid_depth(colour_, depth)) {
      return broken("colour type " + std::to_string(colour_) + " with " + std::to_string(depth) + " bits");
    }
    if (data[10] != 0 || data[11] != 0 || static_cast<unsigned char>(data[12]) > 1) {
      return broken("an unknown compression, filter or interlace method");
    }
    return {};
  }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::string_view type_;
  PictureInfo info_{"PNG", 0, 0, 0, 1};
  unsigned colour_ = 0;
  std::size_t colours_ = 0;  // of the palette
  bool has_data_ = false;
};

}  // namespace

Result<PictureInfo> inspect_png(std::string_view bytes, const std::string& file) {
  return PngWalk(bytes, file).walk();
}

}  // namespace nightjar
