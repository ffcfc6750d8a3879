// The two loops of fitting a picture (engine/image/fit.h), which each instruction set has. All give the same
// bits: each product and each sum is rounded by itself.
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

struct PictureRows {
  // A row of `channels` (1 or 3) interleaved bytes -> (channels, width) floats, each of
  //   keep * (first byte / 255) + add * (second byte / 255).
  // Up to `overread` bytes behind the row are read.
  void (*resize)(const std::uint8_t* row, int channels, const ColumnTaps& taps, int width, float* out);
  // out[i] = keep * first[i] + add * second[i]
  void (*blend)(const float* first, const float* second, float keep, float add, float* out, int count);

  static constexpr std::size_t overread = 4;
};

namespace reference {
extern const PictureRows picture_rows;
}  // namespace reference

}  // namespace nightjar
