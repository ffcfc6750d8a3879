// Rows of values on their way to another place: as they lie, or a channel at a time.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// `floats` neighbours.
NIGHTJAR_INLINE void move_row(const float* from, float* to, int floats) {
  int i = 0;
  for (; i + lanes <= floats; i += lanes) store(to + i, load(from + i));
  for (; i < floats; ++i) to[i] = from[i];
}

// Channel `c` of image n's row y, in whatever layout, to every `pixel`-th float.
NIGHTJAR_INLINE void move_channel(const Tensor& in, int n, int c, int y, float* to, int pixel) {
  const float* from = in.at(n, c, y, 0);
  for (int x = 0; x < in.shape.w; ++x) to[std::ptrdiff_t{x} * pixel] = from[std::ptrdiff_t{x} * in.pixel];
}

// Zeros there: a padding lane.
NIGHTJAR_INLINE void clear_channel(float* to, int pixel, int width) {
  for (int x = 0; x < width; ++x) to[std::ptrdiff_t{x} * pixel] = 0;
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
