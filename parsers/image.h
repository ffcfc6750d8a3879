// Picture files (JPEG, PNG, BMP) as pixels. Decoding is stb_image's, behind guards of our own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

// 8-bit pixels, rows from the top, channels interleaved: pixels[(y*width + x)*channels + c]. Three channels
// are R, G, B.
struct Image {
  int width = 0, height = 0, channels = 3;
  std::vector<std::uint8_t> pixels;
};

struct ImageLimits {
  int max_side = 16384;
  std::int64_t max_pixels = std::int64_t{100} << 20;
};

// Decodes a JPEG, PNG or BMP, told apart by their first bytes, to `channels` (1 or 3) channels; alpha is
// dropped and EXIF orientation is ignored, as Darknet does. Refuses other formats by name, damaged and
// truncated files (malformed), and pictures over the limits before any pixel is decoded (too_large). `file`
// is named in messages.
Result<Image> parse_image(std::string_view bytes, const std::string& file, int channels = 3,
                          ImageLimits limits = {});

}  // namespace nightjar
