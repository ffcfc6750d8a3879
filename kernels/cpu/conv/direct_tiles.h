// Tiles of a direct convolution: 2 blocks of filters x `pixels` neighbours of one output row, all their sums
// in registers (accumulate.h), from the first tap of the first channel to the last.
#pragma once

#include <utility>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/conv/epilogue.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// What the taps of a run of tiles read.
struct DirectTaps {
  const float* in;       // channel block 0 of the range, first tap, first pixel
  const float* weights;  // of the filter group
  const float* bias;
  int blocks, channels;  // channel blocks to read, and the channels in them
  int size;
  std::ptrdiff_t plane, tap_row, tap_column;  // between channel blocks, between kernel rows, columns
  std::ptrdiff_t step;                        // between neighbouring output pixels
};

struct DirectTarget {
  float* out;
  std::ptrdiff_t plane;
  const float* residual;
  std::ptrdiff_t residual_plane;
};

// `count` tiles, one beside the other: where channels are few, a call a tile would cost as much as the tile.
// `stride` as a constant folds into the addresses; 0 is any other stride.
template <int block, int blocks, int pixels, int stride>
void direct_tiles(const DirectTaps& t, const Epilogue& epilogue, const DirectTarget& to, int count) {
  const std::ptrdiff_t step = stride ? stride * block : t.step;
  const float *first = t.in, *residual = to.residual;
  float* out = to.out;
  for (int i = 0; i < count; ++i, first += pixels * step, out += pixels * lanes) {
    Vec sums[blocks][pixels];
#pragma GCC unroll 2
    for (int b = 0; b < blocks; ++b) {
#pragma GCC unroll 32
      for (int p = 0; p < pixels; ++p) sums[b][p] = load(t.bias + b * lanes);
    }
    const float* w = t.weights;
    int left = t.channels;
    for (int cb = 0; cb < t.blocks; ++cb, left -= block) {
      const int channels = min(left, block);
      // The next block's cells lie a plane further on, where the hardware does not look ahead: 4% of the 1x1
      // convolutions.
      if (cb + 1 < t.blocks) {
#pragma GCC unroll 32
        for (int p = 0; p < pixels; ++p) __builtin_prefetch(first + (cb + 1) * t.plane + p * step, 0, 3);
      }
      for (int ky = 0; ky < t.size; ++ky) {
        for (int kx = 0; kx < t.size; ++kx, w += block * group_filters) {
          const float* in = first + cb * t.plane + ky * t.tap_row + kx * t.tap_column;
          accumulate(sums, in, step, w, channels, {w + prefetch_floats, group_filters});
        }
      }
    }
    finish(epilogue, sums, out, to.plane, residual, to.residual_plane);
    if (epilogue.residual) residual += pixels * lanes;
  }
}

using DirectTiles = void (*)(const DirectTaps&, const Epilogue&, const DirectTarget&, int count);

template <int block, int blocks, int stride, int... pixels>
DirectTiles pick_direct(int n, std::integer_sequence<int, pixels...>) {
  static constexpr DirectTiles all[] = {&direct_tiles<block, blocks, pixels + 1, stride>...};
  return all[n - 1];
}

template <int block>
DirectTiles pick_direct(int blocks, int pixels, int stride) {
  constexpr auto two = std::make_integer_sequence<int, max_pixels_of(2)>{};
  constexpr auto one = std::make_integer_sequence<int, max_pixels_of(1)>{};
  switch (stride) {
    case 1:
      return blocks == 2 ? pick_direct<block, 2, 1>(pixels, two) : pick_direct<block, 1, 1>(pixels, one);
    case 2:
      return blocks == 2 ? pick_direct<block, 2, 2>(pixels, two) : pick_direct<block, 1, 2>(pixels, one);
    default:
      return blocks == 2 ? pick_direct<block, 2, 0>(pixels, two) : pick_direct<block, 1, 0>(pixels, one);
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
