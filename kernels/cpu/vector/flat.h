// A tensor of any layout as one vector in CHW order, the order of Darknet's flat layers.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// Image n to `to`.
NIGHTJAR_INLINE void flatten(const Tensor& in, int n, float* to) {
  for (int c = 0; c < in.shape.c; ++c) {
    for (int y = 0; y < in.shape.h; ++y) {
      const float* row = in.at(n, c, y, 0);
      for (int x = 0; x < in.shape.w; ++x) *to++ = row[std::ptrdiff_t{x} * in.pixel];
    }
  }
}

// Zeros in the lanes of image n's last block behind its last channel, which who reads whole blocks reads.
NIGHTJAR_INLINE void clear_padding_lanes(const Tensor& out, int n) {
  for (int c = out.shape.c; c < out.blocks() * out.block; ++c) {
    for (int y = 0; y < out.shape.h; ++y) {
      float* row = out.at(n, c, y, 0);
      for (int x = 0; x < out.shape.w; ++x) row[std::ptrdiff_t{x} * out.pixel] = 0;
    }
  }
}

// `from` to image n.
NIGHTJAR_INLINE void unflatten(const float* from, const Tensor& out, int n) {
  for (int c = 0; c < out.shape.c; ++c) {
    for (int y = 0; y < out.shape.h; ++y) {
      float* row = out.at(n, c, y, 0);
      for (int x = 0; x < out.shape.w; ++x) row[std::ptrdiff_t{x} * out.pixel] = *from++;
    }
  }
  clear_padding_lanes(out, n);
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
