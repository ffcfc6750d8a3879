// Winograd convolution, fused per block of tiles.
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
#include "kernels/cpu/conv/winograd.h"

#include <utility>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/conv/filters.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

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

}  // namespace

template <class F>
bool ConvWinograd<F>::accepts(const Op& op, const Tensor* in, const Tensor& out) {
  return op.size == 3 && op.stride_x == F::stride && op.stride_y == F::stride && op.pad == 1 && op.dilation == 1 &&
         op.groups == 1 && in[0].block == lanes && out.block == lanes && (!op.residual || in[1].block == lanes);
}

template <class F>
double ConvWinograd<F>::cycles(const Op& op, const Tensor&) {
  const Cut<F> cut(op, 1, 1);
  const double multiplications = double(cut.tiles) * cut.slices * cut.channel_blocks * lanes * cut.groups * filter_blocks / 2;
  const double transforms =
      double(cut.tiles) * 4 * (cut.slices * cut.channel_blocks + 2. * cut.positions * cut.groups * filter_blocks);
  // U comes from memory once an image, at about 8 bytes a cycle and core, when it is larger than a cache.
  const double u_bytes = double(packed_floats(op)) * sizeof(float);
  return multiplications * 1.15 + transforms + (u_bytes > 4e6 ? u_bytes / 8 : 0);
}

template <class F>
std::int64_t ConvWinograd<F>::packed_floats(const Op& op) {
  const std::int64_t groups = ceil_div(op.out.c, group_filters);
  return groups * group_filters * (1 + std::int64_t{Cut<F>::slices} * ceil_div(op.in.c, lanes) * lanes);
}

// Writes U = G g G^T of one input channel's taps (9, group_filters) to its row in each slice of U.
template <class F>
void put_filters(const float (&taps)[9][group_filters], std::int64_t channel, std::int64_t channels, float* to) {
  constexpr int n = F::inputs;
  for (int b = 0; b < group_filters; b += lanes) {
    Vec half[n][3];  // G g
#pragma GCC unroll 3
    for (int k = 0; k < 3; ++k) {
      const Vec column[3] = {load(&taps[k][b]), load(&taps[3 + k][b]), load(&taps[6 + k][b])};
      Vec result[n];
      F::filter(column, result);
#pragma GCC unroll 9
      for (int i = 0; i < n; ++i) half[i][k] = result[i];
    }
#pragma GCC unroll 9
    for (int i = 0; i < n; ++i) {
      Vec row[n];
      F::filter(half[i], row);
#pragma GCC unroll 9
      for (int j = 0; j < n; ++j) {
        store(to + (sums<F>.place[i * n + j] * channels + channel) * group_filters + b, row[j]);
      }
    }
  }
}

// Biases of all filter groups first, then U, one register of filters at a time.
template <class F>
void ConvWinograd<F>::pack(const Op& op, const float* const* arrays, float* packed) {
  const int groups = ceil_div(op.out.c, group_filters);
  const std::int64_t channels = std::int64_t{ceil_div(op.in.c, lanes)} * lanes;
  float* to = packed + pack_biases(op, arrays[1], packed);
  for (int g = 0; g < groups; ++g, to += Cut<F>::slices * channels * group_filters) {
    for (int c = 0; c < channels; ++c) {
      float taps[9][group_filters];
      gather_taps(op, arrays[0], g * group_filters, c, &taps[0][0], group_filters);
      put_filters<F>(taps, c, channels, to);
    }
  }
}

template <class F>
Work ConvWinograd<F>::work(const Op& op, const Call& call) {
  const Cut<F> cut(op, call.out.batch, call.threads);
  Work work;
  const std::int64_t m = cut.positions * cut.m_position;
  if (cut.fused) {
    work.items[0] = cut.blocks;
    work.thread_floats = cut.v_block + m;
  } else {
    work.phases = 2;
    work.items[0] = cut.blocks * cut.channel_blocks;
    work.items[1] = cut.groups * cut.blocks;
    work.shared_floats = cut.blocks * cut.v_block;
    work.thread_floats = m;
  }
  return work;
}

template <class F>
void ConvWinograd<F>::run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch) {
  const Cut<F> cut(op, call.out.batch, call.threads);
  const float* u = call.packed + cut.groups * group_filters;
  const std::int64_t u_group = std::int64_t{Cut<F>::slices} * cut.channel_blocks * lanes * group_filters;
  const auto finish_group = [&](int block, int group, const float* v, float* m) {
    const int filters = (group + 1) * group_filters - lanes < op.out.c ? filter_blocks : 1;
    multiply_group(cut, op, block, filters, u + group * u_group, v, m);
    inverse(cut, op, call, block, group, filters, call.packed + group * group_filters, m);
  };
  for (int item = begin; item < end; ++item) {
    if (cut.fused) {
      for (int c = 0; c < cut.channel_blocks; ++c) transform(cut, call.in[0], item, c, scratch.thread);
      for (int g = 0; g < cut.groups; ++g) finish_group(item, g, scratch.thread, scratch.thread + cut.v_block);
    } else if (phase == 0) {
      const int block = item / cut.channel_blocks;
      transform(cut, call.in[0], block, item % cut.channel_blocks, scratch.shared + block * cut.v_block);
    } else {
      const int block = item % cut.blocks;  // blocks inside: a group's share of U is read again while it is in a cache
      finish_group(block, item / cut.blocks, scratch.shared + block * cut.v_block, scratch.thread);
    }
  }
}

template struct ConvWinograd<F2>;
template struct ConvWinograd<F4>;
template struct ConvWinograd<F2Stride2>;
template struct ConvWinograd<F3Stride2>;

}  // namespace nightjar::cpu::NIGHTJAR_ISA
