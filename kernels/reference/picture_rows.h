// The loops over a picture's rows, which each instruction set has: two of fitting it (engine/image/fit.h),
// and one that changes its colours (engine/train/colours.h). All give the same bits: each product and each
// sum is rounded by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nightjar {

// One output column: keep * source[first] + add * source[second]. An array each, so that neighbours are read
// as registers; offsets are bytes of a row.
struct ColumnTaps {
  std::vector<std::int32_t> first, second;
  std::vector<float> keep, add;
};

// The change of a picture's colours: what is added to the hue, in turns from -1 to 1, and what saturation and
// value are multiplied by.
struct ColourChange {
  float hue = 0, saturation = 1, exposure = 1;
};

struct PictureRows {
  // A row of `channels` (1 or 3) interleaved bytes -> (channels, width) floats, each of
  //   keep * (first byte / 255) + add * (second byte / 255).
  // Up to `overread` bytes behind the row are read.
  void (*resize)(const std::uint8_t* row, int channels, const ColumnTaps& taps, int width, float* out);
  // out[i] = keep * first[i] + add * second[i]
  void (*blend)(const float* first, const float* second, float keep, float add, float* out, int count);

  // `count` pixels, red, green and blue from 0 to 1, through hue, saturation and value and back; what leaves
  // 0 to 1 is cut off. With value v, chroma c and hue h in sixths of a turn a colour is
  //   v - c max(0, min(k, 4 - k, 1)), k = (5, 3, 1 + h) mod 6 for red, green, blue.
  void (*distort)(float* red, float* green, float* blue, int count, const ColourChange& change);

  static constexpr std::size_t overread = 4;
};

namespace reference {
extern const PictureRows picture_rows;
}  // namespace reference

}  // namespace nightjar
