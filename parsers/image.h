// Picture files (JPEG, PNG, BMP, WebP) as pixels, decoded behind guards of our own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/pixels.h"
#include "parsers/result.h"

namespace nightjar {

// What decodes JPEG and PNG: the fastest library that nightjar was built with, or stb_image, whose pixels are
// Darknet's. They differ by a little rounding in JPEGs, and in nothing else.
enum class Decoder { fastest, stb };

struct ImageOptions {
  int max_side = 16384;
  std::int64_t max_pixels = std::int64_t{100} << 20;
  Decoder decoder = Decoder::fastest;
  bool upright = true;  // turn the picture as its EXIF orientation says; Darknet does not
};

// Of a file: the largest picture allowed, as a BMP.
inline constexpr std::int64_t max_picture_bytes = std::int64_t{320} << 20;

// Decodes a JPEG, PNG, BMP or WebP, told apart by their first bytes, to `channels` (1 or 3) channels; alpha
// is dropped. Refuses other formats by name, damaged and truncated files (malformed), and pictures over the
// limits before any pixel is decoded (too_large). `file` is named in messages.
Result<Image> parse_image(std::string_view bytes, const std::string& file, int channels = 3,
                          const ImageOptions& options = {});

}  // namespace nightjar
