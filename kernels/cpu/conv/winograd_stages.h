// The stages of a Winograd convolution, for one block of tiles.
//
// The output is cut into tiles of m x m pixels. A block of tiles goes through three stages:
//   transform  B^T d B of each tile and channel block -> V: (slices, channel blocks, tiles, lanes)
//   multiply   for each position, U x V                   -> M: (positions, 2, tiles, lanes), one filter group
//   inverse    A^T M A + bias, activation, residual       -> the output
// At stride 1 there are (m+2)^2 slices, and each is a position; at stride 2 up to four slices add up to one.
// Two ways to cut that into items:
//   fused  an item is a block, all stages. Blocks are as large as lets V stay in the second-level cache, and as many as
//          the threads can share evenly; each reads all of U. For large grids, where U is small.
//   split  phase 0 transforms all blocks, phase 1 has an item for each filter group, which reads its part of U once for
//          up to 112 tiles. For small grids, where U is large and comes from memory.
//
// U is packed [filter group][position][slice][channel][2 x lanes]: the order in which it is read.
#pragma once

#include <utility>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/conv/winograd_transforms.h"
#include "kernels/kernel.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

constexpr std::int64_t cache_floats = 128 << 10;  // of the second-level cache for V: half of 1 MiB

// How a call is cut up. Strides in floats; slices are padded apart by a cache line, or all of a tile's slices would
// compete for the same few cache sets.
template <class F>
struct Cut {
  static constexpr int slices = F::inputs * F::inputs, positions = F::products * F::products;

  int across, down;            // tiles of one image
  int tiles;                   // of the whole batch
  int blocks, block_tiles;     // blocks of tiles, tiles in each but the last
  int channel_blocks, groups;  // of the input; groups of filters
  bool fused;
  std::ptrdiff_t v_slice, m_position;
  std::int64_t v_block;        // floats of V of one block

  Cut(const ops::Conv& op, int batch, int threads) {
    constexpr int most_tiles = 8 * max_pixels, least_tiles = 3 * max_pixels;  // fewer would read U too often
    across = ceil_div(op.out.w, F::outputs);
    down = ceil_div(op.out.h, F::outputs);
    tiles = across * down * batch;
    channel_blocks = ceil_div(op.in.c, lanes);
    groups = ceil_div(op.out.c, group_filters);
    const std::int64_t tile_floats = std::int64_t{slices} * channel_blocks * lanes;
    const std::int64_t u_floats = groups * tile_floats * group_filters;
    const std::int64_t cached_tiles = cache_floats / tile_floats;
    const int fused_tiles = static_cast<int>(cached_tiles < least_tiles  ? least_tiles
                                             : cached_tiles > most_tiles ? most_tiles
                                                                         : cached_tiles);
    const int fused_blocks = ceil_div(ceil_div(tiles, fused_tiles), threads) * threads;
    // Fused reads all of U a block, split reads all of V a filter group.
    fused = across * down >= most_tiles && (u_floats <= cache_floats || fused_blocks * u_floats <= (groups + 2) * tiles * tile_floats);
    blocks = fused ? fused_blocks : ceil_div(tiles, most_tiles);
    block_tiles = ceil_div(tiles, blocks);
    blocks = ceil_div(tiles, block_tiles);
    v_slice = std::ptrdiff_t{channel_blocks} * block_tiles * lanes + lanes;
    m_position = std::ptrdiff_t{filter_blocks} * block_tiles * lanes + lanes;
    v_block = slices * v_slice;
  }

  int tiles_of(int block) const {
    const int left = tiles - block * block_tiles;
    return left < block_tiles ? left : block_tiles;
  }
};

// Where a tile's first output pixel is.
struct Place {
  int n, y, x;
};
template <class F>
NIGHTJAR_INLINE Place place_of(const Cut<F>& cut, int tile) {
  const int in_image = tile % (cut.across * cut.down);
  return {tile / (cut.across * cut.down), in_image / cut.across * F::outputs, in_image % cut.across * F::outputs};
}

// The input cells of a tile; those outside the image read as zeros, from `zeros` or by way of `copy`.
template <class F>
const float* gather(const Tensor& in, const Place& at, int channel, float* copy, std::ptrdiff_t& row) {
  const int y0 = at.y * F::stride - 1, x0 = at.x * F::stride - 1;
  if (y0 >= 0 && x0 >= 0 && y0 + F::inputs <= in.shape.h && x0 + F::inputs <= in.shape.w) {
    row = in.row;
    return in.at(at.n, channel, y0, x0);
  }
  row = F::inputs * lanes;
  for (int y = 0; y < F::inputs; ++y) {
    for (int x = 0; x < F::inputs; ++x) {
      const bool inside = y0 + y >= 0 && y0 + y < in.shape.h && x0 + x >= 0 && x0 + x < in.shape.w;
      store(copy + y * row + x * lanes, inside ? load(in.at(at.n, channel, y0 + y, x0 + x)) : set(0.f));
    }
  }
  return copy;
}

// V of one channel block of the tiles of one block.
template <class F>
void transform(const Cut<F>& cut, const Tensor& in, int block, int channel_block, float* v_block) {
  constexpr int n = F::inputs;
  float copy[n * n * lanes];
  for (int t = 0; t < cut.tiles_of(block); ++t) {
    std::ptrdiff_t row;
    const float* d = gather<F>(in, place_of(cut, block * cut.block_tiles + t), channel_block * lanes, copy, row);
    Vec columns[n][n];  // B^T d, column by column
    for (int x = 0; x < n; ++x) {
      Vec cells[n], result[n];
#pragma GCC unroll 9
      for (int y = 0; y < n; ++y) cells[y] = load(d + y * row + x * lanes);
      F::input(cells, result);
#pragma GCC unroll 9
      for (int y = 0; y < n; ++y) columns[y][x] = result[y];
    }
    float* v = v_block + (std::ptrdiff_t{channel_block} * cut.block_tiles + t) * lanes;
    for (int y = 0; y < n; ++y) {
      Vec result[n];
      F::input(columns[y], result);
#pragma GCC unroll 9
      for (int x = 0; x < n; ++x) store(v + (y * n + x) * cut.v_slice, result[x]);
    }
  }
}

// The slices of V whose products with U's add up to one position of M.
constexpr int most_slices = 4;
struct Sum {
  int count, slice[most_slices];
};

// In which order: position after position. U has the slices in it.
template <class F>
struct Sums {
  Sum of_position[Cut<F>::positions] = {};
  int place[Cut<F>::slices] = {};  // of a slice in U

  constexpr Sums() {
    int places = 0;
    for (int position = 0; position < Cut<F>::positions; ++position) {
      const int i = position / F::products, j = position % F::products;
      Sum& sum = of_position[position];
      for (int a = 0; a < F::lines_of(i); ++a) {
        for (int b = 0; b < F::lines_of(j); ++b) {
          const int slice = F::line(i, a) * F::inputs + F::line(j, b);
          sum.slice[sum.count++] = slice;
          place[slice] = places++;
        }
      }
    }
  }
};
template <class F>
constexpr Sums<F> sums{};

struct Product {
  const float* u;
  const float* v[most_slices];
  int slices;
  int channels;              // of the input
  std::ptrdiff_t v_channel;  // between channel blocks of V
  float* m;
  std::ptrdiff_t m_block;    // between the filter blocks of M
};

// M = U x V of one position, for `pixels` tiles.
template <int blocks, int pixels>
void multiply(const Product& p) {
  Vec sums[blocks][pixels];
#pragma GCC unroll 2
  for (int b = 0; b < blocks; ++b) {
#pragma GCC unroll 16
    for (int i = 0; i < pixels; ++i) sums[b][i] = set(0.f);
  }
  const float* u = p.u;
  for (int slice = 0; slice < p.slices; ++slice) {
    const float* v = p.v[slice];
    for (int left = p.channels; left > 0; left -= lanes, v += p.v_channel, u += lanes * group_filters) {
      accumulate(sums, v, lanes, u, left < lanes ? left : lanes);
    }
  }
#pragma GCC unroll 2
  for (int b = 0; b < blocks; ++b) {
#pragma GCC unroll 16
    for (int i = 0; i < pixels; ++i) store(p.m + b * p.m_block + i * lanes, sums[b][i]);
  }
}

template <int blocks, int... pixels>
auto pick_multiply(int n, std::integer_sequence<int, pixels...>) {
  static constexpr void (*tiles[])(const Product&) = {&multiply<blocks, pixels + 1>...};
  return tiles[n - 1];
}

// The multiplications of one filter group, all positions of a block.
template <class F>
void multiply_group(const Cut<F>& cut, const ops::Conv& op, int block, int filters, const float* u, const float* v, float* m) {
  const int tiles = cut.tiles_of(block), parts = ceil_div(tiles, max_pixels);
  const std::ptrdiff_t tile_block = std::ptrdiff_t{cut.block_tiles} * lanes;
  Product p{u, {}, 0, op.in.c, tile_block, nullptr, tile_block};
  constexpr auto all = std::make_integer_sequence<int, max_pixels>{};
  for (int position = 0; position < Cut<F>::positions; ++position) {
    const Sum& sum = sums<F>.of_position[position];
    p.slices = sum.count;
    for (int part = 0; part < parts; ++part) {
      const int first = tiles * part / parts, count = tiles * (part + 1) / parts - first;
      for (int i = 0; i < sum.count; ++i) p.v[i] = v + sum.slice[i] * cut.v_slice + std::ptrdiff_t{first} * lanes;
      p.m = m + position * cut.m_position + std::ptrdiff_t{first} * lanes;
      (filters == filter_blocks ? pick_multiply<2>(count, all) : pick_multiply<1>(count, all))(p);
    }
    p.u += sum.count * std::ptrdiff_t{cut.channel_blocks} * lanes * group_filters;
  }
}

// Stores the part of one finished tile that lies inside the output.
template <class F>
NIGHTJAR_INLINE void store_tile(const Epilogue& epilogue, const Call& call, const Place& at, int channel,
                                const Vec (&y)[F::outputs][F::outputs]) {
  constexpr int n = F::outputs;
  const Tensor& out = call.out;
  const float* residual = epilogue.residual ? call.in[1].at(at.n, channel, at.y, at.x) : nullptr;
  const std::ptrdiff_t residual_row = epilogue.residual ? call.in[1].row : 0;
  float* to = out.at(at.n, channel, at.y, at.x);
  if (at.y + n <= out.shape.h && at.x + n <= out.shape.w) {
#pragma GCC unroll 4
    for (int r = 0; r < n; ++r) {
      const Vec(&row)[1][n] = reinterpret_cast<const Vec(&)[1][n]>(y[r]);
      finish(epilogue, row, to + r * out.row, 0, residual + r * residual_row, 0);
    }
    return;
  }
  for (int r = 0; r < n && at.y + r < out.shape.h; ++r) {
    for (int x = 0; x < n && at.x + x < out.shape.w; ++x) {
      const Vec(&cell)[1][1] = reinterpret_cast<const Vec(&)[1][1]>(y[r][x]);
      finish(epilogue, cell, to + r * out.row + x * lanes, 0, residual + r * residual_row + x * lanes, 0);
    }
  }
}

template <class F>
void inverse(const Cut<F>& cut, const ops::Conv& op, const Call& call, int block, int group, int filters, const float* bias,
             const float* m) {
  constexpr int n = F::products;
  const Epilogue epilogue = epilogue_of(op);
  for (int b = 0; b < filters; ++b) {
    const Vec offset = load(bias + b * lanes);
    for (int t = 0; t < cut.tiles_of(block); ++t) {
      const float* from = m + (std::ptrdiff_t{b} * cut.block_tiles + t) * lanes;
      Vec rows[F::outputs][n];
      for (int x = 0; x < n; ++x) {
        Vec cells[n], result[F::outputs];
#pragma GCC unroll 8
        for (int y = 0; y < n; ++y) cells[y] = load(from + (y * n + x) * cut.m_position);
        F::output(cells, result);
#pragma GCC unroll 4
        for (int y = 0; y < F::outputs; ++y) rows[y][x] = result[y];
      }
      Vec y[F::outputs][F::outputs];
#pragma GCC unroll 4
      for (int r = 0; r < F::outputs; ++r) {
        F::output(rows[r], y[r]);
#pragma GCC unroll 4
        for (int x = 0; x < F::outputs; ++x) y[r][x] = y[r][x] + offset;
      }
      store_tile<F>(epilogue, call, place_of(cut, block * cut.block_tiles + t), (group * filter_blocks + b) * lanes, y);
    }
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
