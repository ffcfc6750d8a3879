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
#include "kernels/cpu/kernel.h"

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

// Where tile 0 of a row would be in each of the n x n parts of V, with n = lines, or of M, with n = products;
// a block may begin with a later one.
template <class F, int n>
void find_row(const Block<F>& block, int image, int row, std::ptrdiff_t part,
              std::ptrdiff_t (&parts)[n * n]) {
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i) {
    const int down = n == F::products ? i : product_of<F>(i);
#pragma GCC unroll 8
    for (int j = 0; j < n; ++j) {
      const int across = n == F::products ? j : product_of<F>(j);
      const int tile = block.number(down, across, image, row) - block.columns.first;
      parts[i * n + j] = (i * n + j) * part + std::ptrdiff_t{tile} * lanes;
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

// Tiles side by side in a row: of image n, from output (y, x) on; where they are in each part of V or M.
struct Row {
  int n, y, x;
  Run tiles;
  const std::ptrdiff_t* parts;
};

// A row of tiles is transformed in one direction, all of it, then in the other: so a stage walks along rows
// of the image and along few parts of V or M at a time, where the hardware sees it coming. Tile by tile took
// 8% more at 76 x 76 on one thread. Longer rows are cut: what is between the directions has to stay in a
// cache.
constexpr int row_tiles = 16;

// Calls visit.operator()<Down>(row) for each row of a block; the n x n parts are `part` floats apart.
template <class F, int n, class Visit>
void each_row(const Cut<F>& cut, const Block<F>& block, std::ptrdiff_t part, const Visit& visit) {
  const int end = block.columns.first + block.columns.count;
  for (int image = 0; image < block.images.count; ++image) {
    for (int i = 0; i < block.rows.count; ++i) {
      std::ptrdiff_t parts[n * n];
      find_row<F, n>(block, image, i, part, parts);
      Row row{block.images.first + image, 0, 0, {}, parts};
      const int down = cut.down.kind_of(block.rows.first + i, row.y);
      for (int first = block.columns.first; first < end; first += row_tiles) {
        row.tiles = {first, min(row_tiles, end - first)};
        cut.across.kind_of(first, row.x);
        with_kind<F>(down, [&]<class Down>() { visit.template operator()<Down>(row); });
      }
    }
  }
}

// Calls visit.operator()<Across>(first, count, x) for each stretch of a row whose tiles have one size: its
// first tile and output.
template <class F, int kind = 0, class Visit>
void each_stretch(const Side<F>& side, Run tiles, const Visit& visit, int start = 0, int x = 0) {
  using Across = typename F::template Kind<kind>;
  const int end = start + side.count[kind];
  const int first = max(tiles.first, start), last = min(tiles.first + tiles.count, end);
  if (first < last) {
    visit.template operator()<Across>(first, last - first, x + (first - start) * Across::outputs);
  }
  if constexpr (kind + 1 < F::kinds) {
    each_stretch<F, kind + 1>(side, tiles, visit, end, x + side.count[kind] * Across::outputs);
  }
}

// Rows of an image from `y` on, in one channel block; those outside it read as zeros.
template <int h>
struct Lines {
  const float* at[h];
  std::ptrdiff_t step[h];  // between cells
  int width;

  Lines(const Tensor& in, int n, int channel, int y) : width(in.shape.w) {
    static constexpr float zeros[lanes] = {};
    for (int i = 0; i < h; ++i, ++y) {
      const bool inside = y >= 0 && y < in.shape.h;
      at[i] = inside ? in.at(n, channel, y, 0) : zeros;
      step[i] = inside ? lanes : 0;
    }
  }
  // The cells of column x.
  NIGHTJAR_INLINE void column(int x, Vec (&cells)[h]) const {
    const bool inside = x >= 0 && x < width;
#pragma GCC unroll 8
    for (int i = 0; i < h; ++i) cells[i] = inside ? load(at[i] + x * step[i]) : set(0.f);
  }
};

// What a side of a tile reads and what becomes of it: of the image, B^T d B.
template <class F>
struct OfImage {
  static constexpr int lines = F::lines, stride = F::stride, margin = 1;
  template <class Kind>
  static constexpr int cells = Kind::inputs;
  template <class Kind>
  static constexpr int results = Kind::inputs;

  template <class Kind>
  NIGHTJAR_INLINE static void apply(const Vec (&d)[cells<Kind>], Vec (&t)[results<Kind>]) {
    Kind::input(d, t);
  }
};
// Of the output's gradient, A y A^T.
template <class F>
struct OfGradient {
  static constexpr int lines = F::products, stride = 1, margin = 0;
  template <class Kind>
  static constexpr int cells = Kind::outputs;
  template <class Kind>
  static constexpr int results = Kind::products;

  template <class Kind>
  NIGHTJAR_INLINE static void apply(const Vec (&y)[cells<Kind>], Vec (&m)[results<Kind>]) {
    Kind::gradient(y, m);
  }
};

// V of one channel block of the tiles of one block, its slices `slice` floats apart.
template <template <class> class OfWhat, class F>
void transform(const Cut<F>& cut, const Block<F>& block, const Tensor& in, int channel_block,
               std::ptrdiff_t slice, float* v_block) {
  using Of = OfWhat<F>;
  float* v = v_block + std::ptrdiff_t{channel_block} * cut.block_tiles * lanes;
  each_row<F, Of::lines>(cut, block, slice, [&]<class Down>(const Row& row) {
    constexpr int h = Of::template cells<Down>, rows = Of::template results<Down>,
                  cells_a_row = row_tiles * Of::stride * F::Largest::outputs + F::lines;
    float half[rows][cells_a_row * lanes];  // B^T d
    const Lines<h> lines(in, row.n, channel_block * lanes, row.y * Of::stride - Of::margin);
    const int begin = row.x * Of::stride - Of::margin;
    int done = begin;
    each_stretch<F>(cut.across, row.tiles, [&]<class Across>(int, int count, int x) {
      const int last = (x + (count - 1) * Across::outputs) * Of::stride - Of::margin;
      for (; done < last + Of::template cells<Across>; ++done) {
        Vec cells[h], result[rows];
        lines.column(done, cells);
        Of::template apply<Down>(cells, result);
#pragma GCC unroll 8
        for (int y = 0; y < rows; ++y) store(half[y] + (done - begin) * lanes, result[y]);
      }
    });
    for (int y = 0; y < rows; ++y) {
      const std::ptrdiff_t* parts = row.parts + y * Of::lines;
      each_stretch<F>(cut.across, row.tiles, [&]<class Across>(int tile, int count, int x) {
        constexpr int w = Of::template cells<Across>, columns = Of::template results<Across>;
        const float* d = half[y] + (x * Of::stride - Of::margin - begin) * lanes;
        float* to = v + std::ptrdiff_t{tile} * lanes;
        for (int i = 0; i < count; ++i, d += Of::stride * Across::outputs * lanes, to += lanes) {
          Vec cells[w], result[columns];
#pragma GCC unroll 8
          for (int j = 0; j < w; ++j) cells[j] = load(d + j * lanes);
          Of::template apply<Across>(cells, result);
#pragma GCC unroll 8
          for (int j = 0; j < columns; ++j) store(to + parts[j], result[j]);
        }
      });
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

// The outputs of one filter block, the part of them that lies inside.
template <class F>
void inverse(const Cut<F>& cut, const Block<F>& block, const Epilogue& epilogue, const Call& call,
             int channel, Vec bias, const float* m) {
  const Tensor& out = call.out();
  const Tensor residuals = epilogue.residual ? call.in[1] : Tensor{};
  each_row<F, F::products>(cut, block, cut.m_position, [&]<class Down>(const Row& row) {
    constexpr int h = Down::outputs, tile_floats = F::products * lanes;
    constexpr int row_floats = row_tiles * tile_floats;
    float half[h][row_floats];  // A^T M
    each_stretch<F>(cut.across, row.tiles, [&]<class Across>(int tile, int count, int) {
      const float* from = m + std::ptrdiff_t{tile} * lanes;
      float* to = half[0] + (tile - row.tiles.first) * tile_floats;
      for (int i = 0; i < count; ++i, from += lanes, to += tile_floats) {
        for (int j = 0; j < Across::products; ++j) {
          Vec cells[Down::products], result[h];
#pragma GCC unroll 8
          for (int p = 0; p < Down::products; ++p) cells[p] = load(from + row.parts[p * F::products + j]);
          Down::output(cells, result);
#pragma GCC unroll 6
          for (int y = 0; y < h; ++y) store(to + y * row_floats + j * lanes, result[y]);
        }
      }
    });
    const int rows_inside = min(h, out.shape.h - row.y);
    for (int y = 0; y < rows_inside; ++y) {
      each_stretch<F>(cut.across, row.tiles, [&]<class Across>(int tile, int count, int x) {
        constexpr int w = Across::outputs;
        const float* from = half[y] + (tile - row.tiles.first) * tile_floats;
        float* to = out.at(row.n, channel, row.y + y, x);
        const float* residual = epilogue.residual ? residuals.at(row.n, channel, row.y + y, x) : nullptr;
        for (int i = 0; i < count; ++i, x += w, from += tile_floats, to += w * lanes) {
          Vec products[Across::products], cells[1][w];
#pragma GCC unroll 8
          for (int j = 0; j < Across::products; ++j) products[j] = load(from + j * lanes);
          Across::output(products, cells[0]);
#pragma GCC unroll 6
          for (int j = 0; j < w; ++j) cells[0][j] = cells[0][j] + bias;
          if (x + w <= out.shape.w) {
            finish(epilogue, cells, to, 0, residual, 0);
          } else {
            finish_some(epilogue, cells[0], out.shape.w - x, to, residual);
          }
          if (epilogue.residual) residual += w * lanes;
        }
      });
    }
  });
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
