// The innermost loop of the gradients by a convolution's weights: a tile of sums over cells, in registers.
//
// A row is what one weight of each filter is multiplied by. A tile is `blocks` blocks of filters x some rows;
// a cell loads a register of gradients a block and broadcasts a value of the image a row:
//   AVX-512: 2 x 12 sums; 24 multiply-adds for 14 loads.
//   AVX2:    2 x  6 sums; 12 multiply-adds for  8 loads. With 2 x 4 each sum is due again as soon as it is
//   there, and a third of the time is lost.
// One block takes twice the rows.
#pragma once

#include "kernels/cpu/conv/accumulate.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

constexpr int long_tile = registers == 32 ? 12 : 6, short_tile = registers == 32 ? 8 : 4;
constexpr int most_rows = long_tile * filter_blocks;
constexpr int enough_items = 32;  // for the threads there may be

// Some lines of the output's gradient, and of the image at a tap, as far apart.
struct GradientLines {
  const float* gradient;
  std::ptrdiff_t gradient_block, gradient_line;
  std::ptrdiff_t image_cell, image_line;
  int lines, columns;
};

// sums[row][block] += over lines x columns of image * gradient.
template <int blocks, int count>
NIGHTJAR_INLINE void add_lines(float* sums, const float* const (&rows)[most_rows], const GradientLines& at) {
  Vec tile[count][blocks];
#pragma GCC unroll 24
  for (int r = 0; r < count; ++r)
    for (int b = 0; b < blocks; ++b) tile[r][b] = set(0.f);
  for (int y = 0; y < at.lines; ++y) {
    const float* g_at = at.gradient + y * at.gradient_line;
    std::ptrdiff_t x_at = y * at.image_line;
    for (int x = 0; x < at.columns; ++x, g_at += lanes, x_at += at.image_cell) {
      Vec g[blocks];
#pragma GCC unroll 2
      for (int b = 0; b < blocks; ++b) g[b] = load(g_at + b * at.gradient_block);
#pragma GCC unroll 24
      for (int r = 0; r < count; ++r) {
        const Vec v = set(rows[r][x_at]);
#pragma GCC unroll 2
        for (int b = 0; b < blocks; ++b) tile[r][b] = fma(v, g[b], tile[r][b]);
      }
    }
  }
#pragma GCC unroll 24
  for (int r = 0; r < count; ++r) {
    for (int b = 0; b < blocks; ++b) {
      float* to = sums + (r * blocks + b) * lanes;
      store(to, load(to) + tile[r][b]);
    }
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
