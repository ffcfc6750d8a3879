// How the output of a Winograd convolution is covered with tiles, and its tiles with blocks.
//
// A side of the output is cut into tiles of a family's sizes, so that they reach little over its end: 13
// pixels are 4 + 3 + 3 + 3, 26 are 6 + 6 + 6 + 4 + 4. Larger tiles come first, so that those large enough for
// a product are the first ones.
#pragma once

#include <numeric>
#include <tuple>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/ops/conv.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// The sizes of tiles that one kernel uses, the largest first.
template <class... Sizes>
struct Family {
  static constexpr int kinds = sizeof...(Sizes);
  template <int kind>
  using Kind = std::tuple_element_t<kind, std::tuple<Sizes...>>;
  using Largest = Kind<0>;

  static constexpr int stride = Largest::stride, lines = Largest::inputs, products = Largest::products;
  static constexpr int slices = lines * lines, positions = products * products;
  static constexpr int outputs_of[] = {Sizes::outputs...}, inputs_of[] = {Sizes::inputs...},
                       products_of[] = {Sizes::products...};
  // So many tiles of a size make a whole number of the largest, which have fewer lines.
  static constexpr int too_many_of[] = {Largest::outputs / std::gcd(Largest::outputs, Sizes::outputs)...};
};

// The tiles of one side.
template <class F>
struct Side {
  int count[F::kinds] = {};  // of each size

  // The cut of `length` outputs that has the fewest lines, and of those the one with the fewest tiles.
  static Side of(int length) {
    Side best, cut;
    best.count[0] = ceil_div(length, F::outputs_of[0]);
    cut.improve(F::kinds - 1, length, best);
    return best;
  }

  int tiles() const { return having(0); }
  int lines() const {
    int sum = 0;
    for (int k = 0; k < F::kinds; ++k) sum += count[k] * F::inputs_of[k];
    return sum;
  }
  // Tiles that are large enough for product `product`.
  int having(int product) const {
    int sum = 0;
    for (int k = 0; k < F::kinds; ++k) sum += F::products_of[k] > product ? count[k] : 0;
    return sum;
  }
  // The size of a tile, and its first output.
  int kind_of(int tile, int& first) const {
    int kind = 0;
    for (first = 0; kind + 1 < F::kinds && tile >= count[kind]; ++kind) {
      tile -= count[kind];
      first += count[kind] * F::outputs_of[kind];
    }
    first += tile * F::outputs_of[kind];
    return kind;
  }

 private:
  // Tries all counts of the sizes up to `kind` for the outputs that are left.
  void improve(int kind, int left, Side& best) {
    if (kind == 0) {
      count[0] = left > 0 ? ceil_div(left, F::outputs_of[0]) : 0;
      const int fewer = best.lines() - lines();
      if (fewer > 0 || (fewer == 0 && tiles() < best.tiles())) best = *this;
      return;
    }
    for (count[kind] = 0; count[kind] < F::too_many_of[kind]; ++count[kind]) {
      improve(kind - 1, left - count[kind] * F::outputs_of[kind], best);
    }
  }
};

// A part of a row of things.
struct Run {
  int first, count;
};
// The one with this index, of `runs` equal ones of `all` things.
inline Run run_of(int all, int runs, int index) {
  const int first = all * index / runs;
  return {first, all * (index + 1) / runs - first};
}

// A run of images, and the tiles in a run of rows and columns of each.
template <class F>
struct Block {
  Run images, rows, columns;
  int rows_having[F::products], columns_having[F::products];  // tiles large enough for a product

  // The tiles that are in position (i, j) are numbered through.
  int tiles(int i, int j) const { return images.count * rows_having[i] * columns_having[j]; }
  int number(int i, int j, int image, int row) const {  // of the first tile of a row
    return (image * rows_having[i] + row) * columns_having[j];
  }
};

// Transformed filters of up to 20 MiB are packed. Larger ones are transformed in each run: that takes some
// 10% of a layer's time, and memory has 36 or 64 floats in place of 9 to hold, and to deliver, otherwise.
constexpr std::int64_t packed_filter_floats = 5 << 20;

// How a call is cut up. Strides in floats; slices are padded apart by a cache line, or all of a tile's slices
// would compete for the same few cache sets.
template <class F>
struct Cut {
  Side<F> down, across;  // tiles of one image
  int images, images_a_block;
  int row_runs, column_runs;   // of an image, a block each
  int blocks, block_tiles;     // of the whole batch; most of one block
  int channel_blocks, groups;  // of the input; groups of filters
  bool packed, fused;          // U; see winograd.cpp
  std::ptrdiff_t v_slice, m_position;
  std::int64_t v_block, m_block;  // floats of one block

  Cut(const ops::Conv& op, int batch, int threads)
      : down(Side<F>::of(op.out.h)), across(Side<F>::of(op.out.w)), images(batch) {
    // Few tiles keep V and M in the second-level cache of 1 MiB, beside U. U is read again for each block,
    // and where it is not packed it is transformed again.
    constexpr std::int64_t cache_floats = 96 << 10;
    constexpr int most_tiles = 8 * max_pixels, some_tiles = 2 * max_pixels;
    channel_blocks = ceil_div(op.in.c, lanes);
    groups = ceil_div(op.out.c, group_filters);
    const std::int64_t tile_floats = std::int64_t{F::slices} * channel_blocks * lanes;
    packed = groups * tile_floats * group_filters <= packed_filter_floats;
    fused = down.tiles() >= 16;
    const int cached_tiles = static_cast<int>(cache_floats / (tile_floats + F::positions * group_filters));
    // Of one image, so few that threads have blocks to share; a batch has enough of them.
    const int spread_tiles = batch > 1 ? most_tiles : some_tiles;
    const int wanted_tiles = !packed ? most_tiles : fused ? max(cached_tiles, max_pixels) : spread_tiles;
    const int image_tiles = down.tiles() * across.tiles(), runs = ceil_div(image_tiles, wanted_tiles);
    row_runs = min(fused ? ceil_div(runs, threads) * threads : runs, down.tiles());
    column_runs = fused && row_runs == down.tiles() ? ceil_div(across.tiles(), wanted_tiles) : 1;
    images_a_block = max(1, min(batch, wanted_tiles / image_tiles));
    blocks = ceil_div(batch, images_a_block) * row_runs * column_runs;
    block_tiles = images_a_block * ceil_div(down.tiles(), row_runs) * ceil_div(across.tiles(), column_runs);
    space_out();
  }
  // A block an image, or several where they have less than so many tiles.
  static Cut of_images(const ops::Conv& op, int batch, int wanted_tiles) {
    Cut cut(op, batch, 1);
    const int image_tiles = cut.down.tiles() * cut.across.tiles();
    cut.row_runs = cut.column_runs = 1;
    cut.images_a_block = max(1, min(batch, wanted_tiles / image_tiles));
    cut.blocks = ceil_div(batch, cut.images_a_block);
    cut.block_tiles = cut.images_a_block * image_tiles;
    cut.space_out();
    return cut;
  }

  Block<F> block(int index) const {
    Block<F> b;
    b.columns = run_of(across.tiles(), column_runs, index % column_runs);
    index /= column_runs;
    b.rows = run_of(down.tiles(), row_runs, index % row_runs);
    index /= row_runs;
    b.images = {index * images_a_block, min(images_a_block, images - index * images_a_block)};
    for (int p = 0; p < F::products; ++p) {
      b.rows_having[p] = max(0, min(b.rows.count, down.having(p) - b.rows.first));
      b.columns_having[p] = max(0, min(b.columns.count, across.having(p) - b.columns.first));
    }
    return b;
  }

 private:
  void space_out() {
    v_slice = std::ptrdiff_t{channel_blocks} * block_tiles * lanes + lanes;
    m_position = std::ptrdiff_t{filter_blocks} * block_tiles * lanes + lanes;
    v_block = F::slices * v_slice;
    m_block = F::positions * m_position;
  }
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
