// The stages of a Winograd convolution, for one block of tiles.
//
//   transform  B^T d B of each tile and channel block -> V: (slices, channel blocks, tiles, lanes)
//   filters    G g G^T of one filter group            -> U: (slices, channels, 2 x lanes)
//   multiply   for each position, U x V               -> M: (positions, 2, tiles, lanes), one filter group
//   inverse    A^T M A + bias, activation, residual   -> the output
// At stride 1 there are as many slices as positions; at stride 2 up to four slices add up to a position. A
// slice has the tiles that are large enough for it (winograd_tiles.h).
#pragma once

#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/conv/winograd_products.h"
#include "kernels/cpu/conv/winograd_tiles.h"
#include "kernels/cpu/conv/winograd_transforms.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// The product that a line of a side belongs to.
template <class F>
constexpr int product_of(int line) {
  int product = 0;
  for (int p = 0; p < F::products; ++p) {
    for (int i = 0; i < F::Largest::lines_of(p); ++i) {
      if (F::Largest::line(p, i) == line) product = p;
    }
  }
  return product;
}

// A tile: its image, its first output, and where it is in each part of V or M.
struct Tile {
  int n, y, x;
  const std::ptrdiff_t* parts;
  std::ptrdiff_t column;

  std::ptrdiff_t at(int part) const { return parts[part] + column; }
};

// Where the first tile of a row is in each of the n x n parts of V, with n = lines, or of M, with n =
// products.
template <class F, int n>
void find_row(const Block<F>& block, int image, int row, std::ptrdiff_t part,
              std::ptrdiff_t (&parts)[n * n]) {
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i) {
    const int down = n == F::products ? i : product_of<F>(i);
#pragma GCC unroll 8
    for (int j = 0; j < n; ++j) {
      const int across = n == F::products ? j : product_of<F>(j);
      parts[i * n + j] = (i * n + j) * part + std::ptrdiff_t{block.number(down, across, image, row)} * lanes;
    }
  }
}

// Calls visit.operator()<Kind>().
template <class F, int kind = 0, class Visit>
void with_kind(int wanted, const Visit& visit) {
  if constexpr (kind + 1 < F::kinds) {
    if (wanted != kind) return with_kind<F, kind + 1>(wanted, visit);
  }
  visit.template operator()<typename F::template Kind<kind>>();
}

// Calls visit.operator()<Down, Across>(tile) for each tile of a block; the n x n parts are `part` floats
// apart.
template <class F, int n, class Visit>
void each_tile(const Cut<F>& cut, const Block<F>& block, std::ptrdiff_t part, const Visit& visit) {
  for (int image = 0; image < block.images.count; ++image) {
    for (int row = 0; row < block.rows.count; ++row) {
      std::ptrdiff_t parts[n * n];
      find_row<F, n>(block, image, row, part, parts);
      Tile tile{block.images.first + image, 0, 0, parts, 0};
      const int down = cut.down.kind_of(block.rows.first + row, tile.y);
      for (int column = 0; column < block.columns.count; ++column) {
        const int across = cut.across.kind_of(block.columns.first + column, tile.x);
        tile.column = std::ptrdiff_t{column} * lanes;
        with_kind<F>(down, [&]<class Down>() {
          with_kind<F>(across, [&]<class Across>() { visit.template operator()<Down, Across>(tile); });
        });
      }
    }
  }
}

// The input cells of a tile, h x w from (y0, x0) on; those outside the image read as zeros, by way of `copy`.
inline const float* gather(const Tensor& in, int n, int channel, int y0, int x0, int h, int w, float* copy,
                           std::ptrdiff_t& row) {
  if (y0 >= 0 && x0 >= 0 && y0 + h <= in.shape.h && x0 + w <= in.shape.w) {
    row = in.row;
    return in.at(n, channel, y0, x0);
  }
  row = std::ptrdiff_t{w} * lanes;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const bool inside = y0 + y >= 0 && y0 + y < in.shape.h && x0 + x >= 0 && x0 + x < in.shape.w;
      store(copy + y * row + x * lanes, inside ? load(in.at(n, channel, y0 + y, x0 + x)) : set(0.f));
    }
  }
  return copy;
}

// V of one channel block of the tiles of one block. Asks for the cells of the next tile meanwhile: their rows
// are too short for the hardware to see where they go.
template <class F>
void transform(const Cut<F>& cut, const Block<F>& block, const Tensor& in, int channel_block,
               float* v_block) {
  float* v = v_block + std::ptrdiff_t{channel_block} * cut.block_tiles * lanes;
  each_tile<F, F::lines>(cut, block, cut.v_slice, [&]<class Down, class Across>(const Tile& tile) {
    constexpr int h = Down::inputs, w = Across::inputs;
    float copy[h * w * lanes];
    std::ptrdiff_t row;
    const float* d = gather(in, tile.n, channel_block * lanes, tile.y * F::stride - 1, tile.x * F::stride - 1,
                            h, w, copy, row);
    Vec columns[h][w];  // B^T d, column by column
    for (int x = 0; x < w; ++x) {
      Vec cells[h], result[h];
#pragma GCC unroll 8
      for (int y = 0; y < h; ++y) {
        cells[y] = load(d + y * row + x * lanes);
        __builtin_prefetch(d + y * row + (x + w) * lanes, 0, 3);
      }
      Down::input(cells, result);
#pragma GCC unroll 8
      for (int y = 0; y < h; ++y) columns[y][x] = result[y];
    }
    for (int y = 0; y < h; ++y) {
      Vec result[w];
      Across::input(columns[y], result);
#pragma GCC unroll 8
      for (int x = 0; x < w; ++x) store(v + tile.at(y * F::lines + x), result[x]);
    }
  });
}

// U of `channels` channels, its slices `slice` floats apart, from their taps (channels, 9, group_filters).
template <class F, std::ptrdiff_t slice>
void transform_filters(const float* taps, int channels, int filters, float* u) {
  constexpr int n = F::lines;
  for (int c = 0; c < channels; ++c, taps += 9 * group_filters, u += group_filters) {
    for (int b = 0; b < filters * lanes; b += lanes) {
      Vec half[n][3];  // G g
#pragma GCC unroll 3
      for (int k = 0; k < 3; ++k) {
        const Vec column[3] = {load(taps + k * group_filters + b), load(taps + (3 + k) * group_filters + b),
                               load(taps + (6 + k) * group_filters + b)};
        Vec result[n];
        F::Largest::filter(column, result);
#pragma GCC unroll 8
        for (int i = 0; i < n; ++i) half[i][k] = result[i];
      }
#pragma GCC unroll 8
      for (int i = 0; i < n; ++i) {
        Vec row[n];
        F::Largest::filter(half[i], row);
#pragma GCC unroll 8
        for (int j = 0; j < n; ++j) store(u + positions<F>.place[i * n + j] * slice + b, row[j]);
      }
    }
  }
}

// Stores the first `count` pixels of a row.
template <int w>
void finish_some(const Epilogue& epilogue, const Vec (&y)[w], int count, float* to, const float* residual) {
  for (int x = 0; x < count; ++x) {
    const Vec cell[1][1] = {{y[x]}};
    finish(epilogue, cell, to + x * lanes, 0, epilogue.residual ? residual + x * lanes : nullptr, 0);
  }
}

// The outputs of one filter block, the part of them that lies inside. Asks for the next tile's cells like
// transform().
template <class F>
void inverse(const Cut<F>& cut, const Block<F>& block, const Epilogue& epilogue, const Call& call,
             int channel, Vec bias, const float* m) {
  const Tensor& out = call.out;
  const Tensor residuals = epilogue.residual ? call.in[1] : Tensor{};
  each_tile<F, F::products>(cut, block, cut.m_position, [&]<class Down, class Across>(const Tile& tile) {
    constexpr int h = Down::outputs, w = Across::outputs;
    float* to = out.at(tile.n, channel, tile.y, tile.x);
    const float* residual = epilogue.residual ? residuals.at(tile.n, channel, tile.y, tile.x) : nullptr;
    for (int y = 0; y < h; ++y) {
      for (int x = w; x < 2 * w; ++x) {
        __builtin_prefetch(to + y * out.row + x * lanes, 1, 3);
        if (epilogue.residual) __builtin_prefetch(residual + y * residuals.row + x * lanes, 0, 3);
      }
    }
    Vec columns[h][Across::products];  // A^T M, column by column
    for (int j = 0; j < Across::products; ++j) {
      Vec cells[Down::products], result[h];
#pragma GCC unroll 8
      for (int i = 0; i < Down::products; ++i) cells[i] = load(m + tile.at(i * F::products + j));
      Down::output(cells, result);
#pragma GCC unroll 6
      for (int y = 0; y < h; ++y) columns[y][j] = result[y];
    }
    const int rows_inside = min(h, out.shape.h - tile.y), columns_inside = min(w, out.shape.w - tile.x);
    for (int r = 0; r < rows_inside; ++r, to += out.row, residual += residuals.row) {
      Vec y[1][w];
      Across::output(columns[r], y[0]);
#pragma GCC unroll 6
      for (int x = 0; x < w; ++x) y[0][x] = y[0][x] + bias;
      if (columns_inside == w) {
        finish(epilogue, y, to, 0, residual, 0);
      } else {
        finish_some(epilogue, y[0], columns_inside, to, residual);
      }
    }
  });
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
