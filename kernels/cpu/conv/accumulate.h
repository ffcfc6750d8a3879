// The innermost loop of every dense convolution: sums of filters x pixels kept in registers.
//
// `blocks` blocks of filters x `pixels` pixels. A step, one input channel, loads `blocks` registers of
// weights and broadcasts one value a pixel:
//   AVX-512, 32 registers: 2 x 14 sums + 2 weights + 1 broadcast = 31; 28 FMAs for 16 loads.
//   AVX2, 16 registers:    2 x  6 sums + 2 weights + 1 broadcast = 15; 12 FMAs for  8 loads.
#pragma once

#include "kernels/cpu/simd/vec.h"
#include "kernels/cpu/whole_numbers.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

constexpr int filter_blocks = 2;
constexpr int group_filters = filter_blocks * lanes;  // filters packed side by side
constexpr int max_pixels = registers == 32 ? 14 : 6;
// With a single block of filters twice as many: 28 multiply-adds for 29 loads, not 14 for 15 and as many
// weights again.
constexpr int max_pixels_of(int blocks) {
  return max_pixels * (filter_blocks / blocks);
}

// The filter blocks of group `group` that have any of `filters`: the last group may be half empty.
NIGHTJAR_INLINE int blocks_of_group(int filters, int group) {
  return (group + 1) * group_filters - lanes < filters ? filter_blocks : 1;
}

// Cuts `width` into tiles of at most `most`, of two sizes that differ by one (13 is one of 13, 26 two, 20 two
// of 10): visit(first, size, count) for the larger ones, then for the others.
template <class Visit>
NIGHTJAR_INLINE void each_tile_size(int width, int most, const Visit& visit) {
  const int count = ceil_div(width, most), size = ceil_div(width, count), larger = width - count * (size - 1);
  visit(0, size, larger);
  if (larger < count) visit(larger * size, size - 1, count - larger);
}

// Packed weights are read once from memory, straight through, faster than the hardware prefetcher follows
// across pages: asking for them this many floats (16 KiB, some 700 cycles) ahead took 6 to 8% off YOLOv3-416;
// 4 KiB gave half of it.
constexpr int prefetch_floats = 4096;

// What to read into the second-level cache meanwhile: a channel's worth of weights at a time, `step` floats
// apart.
struct Ahead {
  const float* at;
  std::ptrdiff_t step;
};

// sums[b][p] += sum over c < channels of in[p * step + c] * weights[c * group_filters + b * lanes ...].
template <int blocks, int pixels>
NIGHTJAR_INLINE void accumulate(Vec (&sums)[blocks][pixels], const float* in, std::ptrdiff_t step,
                                const float* weights, int channels, const Ahead& ahead) {
  for (int c = 0; c < channels; ++c) {
    Vec weight[blocks];
    for (int line = 0; line < group_filters; line += 16)
      __builtin_prefetch(ahead.at + c * ahead.step + line, 0, 2);
#pragma GCC unroll 2
    for (int b = 0; b < blocks; ++b) weight[b] = load(weights + c * group_filters + b * lanes);
#pragma GCC unroll 32
    for (int p = 0; p < pixels; ++p) {
      const Vec x = set(in[p * step + c]);
#pragma GCC unroll 2
      for (int b = 0; b < blocks; ++b) sums[b][p] = fma(x, weight[b], sums[b][p]);
    }
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
