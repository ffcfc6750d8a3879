// What must hold of a picture file before a decoder may see it: whole, of a kind that is decoded rightly, and
// with a size known in advance. Decoders check little of this: stb_image takes a JPEG that ends early
// for a good one, writes out of bounds for an oversized Huffman table, and ignores PNG checksums and the end
// of a BMP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/result.h"

namespace nightjar {

struct PictureInfo {
  std::string_view format;     // "JPEG", "PNG", "BMP", "WebP"
  std::int64_t width, height;  // at least 1
  std::size_t bytes;           // of the picture: what follows it in the file is not part of it
  int orientation = 1;         // Exif's, 1 to 8
};

// Tells the format by the first bytes and checks it; `file` is named in messages.
Result<PictureInfo> inspect_picture(std::string_view bytes, const std::string& file);

// The checks of one format; `bytes` begin with its magic.
Result<PictureInfo> inspect_jpeg(std::string_view bytes, const std::string& file);
Result<PictureInfo> inspect_png(std::string_view bytes, const std::string& file);
Result<PictureInfo> inspect_bmp(std::string_view bytes, const std::string& file);
Result<PictureInfo> inspect_webp(std::string_view bytes, const std::string& file);

}  // namespace nightjar
