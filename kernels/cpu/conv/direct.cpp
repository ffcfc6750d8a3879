// Direct convolution, register tiled.
//
// A tile is 2 blocks of filters x `pixels` neighbours of one output row, all its sums in registers
// (accumulate.h), from the first tap of the first channel to the last. Input comes with a halo of zeros, so
// no tile knows about edges.
//
// Weights are packed filters-last in the order they are read: [filter group][channel
// block][ky][kx][channel][2 x lanes]. A grouped convolution reads, for each filter group, just the channel
// blocks its groups touch, with zeros where a filter does not look.
#include "kernels/cpu/conv/direct.h"

#include <utility>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/conv/filters.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// The channel blocks that filter group `g` reads: [first, last).
struct BlockRange {
  int first, last;
};
template <int block>
BlockRange blocks_of(const ops::Conv& op, int g) {
  const int filters_a_group = op.out.c / op.groups, channels_a_group = op.in.c / op.groups;
  const int last_filter = min((g + 1) * group_filters, op.out.c);
  const int first_group = g * group_filters / filters_a_group,
            last_group = (last_filter - 1) / filters_a_group;
  return {first_group * channels_a_group / block, ceil_div((last_group + 1) * channels_a_group, block)};
}

struct Geometry {
  int filter_groups;
  int max_blocks;  // most channel blocks a filter group reads
  std::int64_t group_floats;
};
template <int block>
Geometry geometry_of(const ops::Conv& op) {
  Geometry g{ceil_div(op.out.c, group_filters), 0, 0};
  for (int i = 0; i < g.filter_groups; ++i) {
    const BlockRange r = blocks_of<block>(op, i);
    if (r.last - r.first > g.max_blocks) g.max_blocks = r.last - r.first;
  }
  g.group_floats = std::int64_t{g.max_blocks} * op.size * op.size * block * group_filters;
  return g;
}

// What the taps of a run of tiles read.
struct Taps {
  const float* in;       // channel block 0 of the range, first tap, first pixel
  const float* weights;  // of the filter group
  const float* bias;
  int blocks, channels;  // channel blocks to read, and the channels in them
  int size;
  std::ptrdiff_t plane, tap_row, tap_column;  // between channel blocks, between kernel rows, columns
  std::ptrdiff_t step;                        // between neighbouring output pixels
};

struct Target {
  float* out;
  std::ptrdiff_t plane;
  const float* residual;
  std::ptrdiff_t residual_plane;
};

// `count` tiles, one beside the other: where channels are few, a call a tile would cost as much as the tile.
// `stride` as a constant folds into the addresses; 0 is any other stride.
template <int block, int blocks, int pixels, int stride>
void tiles(const Taps& t, const Epilogue& epilogue, const Target& to, int count) {
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

using Tiles = void (*)(const Taps&, const Epilogue&, const Target&, int count);

template <int block, int blocks, int stride, int... pixels>
Tiles pick(int n, std::integer_sequence<int, pixels...>) {
  static constexpr Tiles all[] = {&tiles<block, blocks, pixels + 1, stride>...};
  return all[n - 1];
}

template <int block>
Tiles pick(int blocks, int pixels, int stride) {
  constexpr auto two = std::make_integer_sequence<int, max_pixels_of(2)>{};
  constexpr auto one = std::make_integer_sequence<int, max_pixels_of(1)>{};
  switch (stride) {
    case 1:
      return blocks == 2 ? pick<block, 2, 1>(pixels, two) : pick<block, 1, 1>(pixels, one);
    case 2:
      return blocks == 2 ? pick<block, 2, 2>(pixels, two) : pick<block, 1, 2>(pixels, one);
    default:
      return blocks == 2 ? pick<block, 2, 0>(pixels, two) : pick<block, 1, 0>(pixels, one);
  }
}

// A 1x1 convolution over planes without halos sees one long row.
bool is_flat(const ops::Conv& op, const Call& call) {
  return op.size == 1 && op.stride_x == 1 && op.stride_y == 1 && op.pad == 0 && call.in[0].halo == 0 &&
         call.out.halo == 0 && (!op.residual || call.in[1].halo == 0);
}

struct Rows {
  int count, width;     // output rows and their length
  int an_item;          // rows an item
  int chunks;           // items a plane
  bool filters_inside;  // the weights fit the cache: all filter groups of a chunk before the next chunk
};

template <int block>
Rows rows_of(const ops::Conv& op, const Call& call) {
  Rows r{op.out.h, op.out.w, 1, 1, false};
  if (is_flat(op, call)) {
    // Cut as finely as a thread's fair share wants, in whole tiles.
    constexpr int chunk = 8 * max_pixels;
    r.count = ceil_div(op.out.h * op.out.w, chunk);
    r.width = chunk;
  }
  const Geometry g = geometry_of<block>(op);
  r.filters_inside = g.filter_groups * g.group_floats * std::int64_t{sizeof(float)} <= 512 << 10;
  r.an_item = r.filters_inside ? 1 : ceil_div(r.count, 4);
  r.chunks = ceil_div(r.count, r.an_item);
  return r;
}

}  // namespace

template <int block>
bool ConvDirectFrom<block>::accepts(const Op& op, const Tensor* in, const Tensor& out) {
  return in[0].block == block && out.block == lanes && (!op.residual || in[1].block == lanes);
}

template <int block>
double ConvDirectFrom<block>::cycles(const Op& op, const Tensor&) {
  const Geometry g = geometry_of<block>(op);
  const double steps = double(g.filter_groups) * g.max_blocks * block * op.size * op.size;
  const int tiles = ceil_div(op.out.w, max_pixels);
  const double pixels = double(op.out.h) * op.out.w;
  // Two FMAs a cycle; a tile too narrow to hide their latency of 4 pays for 8 sums.
  const double filled = pixels / (double(op.out.h) * tiles);
  return steps * pixels * (filled < 4 ? 4 / filled : 1.) * 1.1;
}

template <int block>
std::int64_t ConvDirectFrom<block>::packed_floats(const Op& op) {
  const Geometry g = geometry_of<block>(op);
  return g.filter_groups * (g.group_floats + group_filters);
}

// Biases of all filter groups first, then their weights.
template <int block>
void ConvDirectFrom<block>::pack(const Op& op, const float* const* arrays, float* packed) {
  const Geometry g = geometry_of<block>(op);
  const int taps = op.size * op.size;
  float* group = packed + pack_biases(op, arrays[1], packed);
  for (int i = 0; i < g.filter_groups; ++i, group += g.group_floats) {
    const int first = blocks_of<block>(op, i).first * block;
    for (int c = 0; c < g.max_blocks * block; ++c) {
      float* to = group + (std::int64_t{c / block} * taps * block + c % block) * group_filters;
      gather_taps(op, arrays[0], i * group_filters, first + c, to, std::ptrdiff_t{block} * group_filters);
    }
  }
}

template <int block>
Work ConvDirectFrom<block>::work(const Op& op, const Call& call) {
  return {1, {geometry_of<block>(op).filter_groups * rows_of<block>(op, call).chunks * call.out.batch}};
}

template <int block>
void ConvDirectFrom<block>::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  const Geometry g = geometry_of<block>(op);
  const Rows rows = rows_of<block>(op, call);
  const Epilogue epilogue = epilogue_of(op, call.out);
  const Tensor &in = call.in[0], &out = call.out;
  const bool flat = is_flat(op, call);
  const int chunks = rows.chunks * out.batch;
  for (int item = begin; item < end; ++item) {
    const int group = rows.filters_inside ? item % g.filter_groups : item / chunks;
    const int chunk = rows.filters_inside ? item / g.filter_groups : item % chunks;
    const int n = chunk / rows.chunks, first_row = chunk % rows.chunks * rows.an_item;
    const int last_row = min(first_row + rows.an_item, rows.count);
    const BlockRange range = blocks_of<block>(op, group);
    const int blocks = blocks_of_group(op.out.c, group);
    Taps taps{nullptr,
              call.packed + g.filter_groups * group_filters + group * g.group_floats,
              call.packed + group * group_filters,
              range.last - range.first,
              op.in.c - range.first * block,
              op.size,
              in.plane,
              op.dilation * in.row,
              std::ptrdiff_t{op.dilation} * block,
              std::ptrdiff_t{op.stride_x} * block};
    Target to{nullptr, out.plane, nullptr, op.residual ? call.in[1].plane : 0};
    for (int y = first_row; y < last_row; ++y) {
      const int start = flat ? y * rows.width : 0;
      const int width = flat ? min(op.out.h * op.out.w - start, rows.width) : rows.width;
      const float* in_row = in.at(n, 0, 0, 0) + range.first * in.plane +
                            (flat ? std::ptrdiff_t{start} * block
                                  : (y * op.stride_y - op.pad) * in.row - std::ptrdiff_t{op.pad} * block);
      const std::ptrdiff_t out_at = flat ? std::ptrdiff_t{start} * lanes : y * out.row;
      float* out_row = out.at(n, 0, 0, 0) + group * filter_blocks * out.plane + out_at;
      const float* residual_row = nullptr;
      if (op.residual) {
        const Tensor& r = call.in[1];
        residual_row = r.at(n, 0, 0, 0) + group * filter_blocks * r.plane + (flat ? out_at : y * r.row);
      }
      each_tile_size(width, max_pixels_of(blocks), [&](int x, int pixels, int count) {
        taps.in = in_row + std::ptrdiff_t{x} * op.stride_x * block;
        to.out = out_row + std::ptrdiff_t{x} * lanes;
        to.residual = residual_row + (op.residual ? std::ptrdiff_t{x} * lanes : 0);
        pick<block>(blocks, pixels, op.stride_x)(taps, epilogue, to, count);
      });
    }
  }
  if (epilogue.stream) end_streams();
}

template struct ConvDirectFrom<lanes>;
template struct ConvDirectFrom<1>;
#ifdef NIGHTJAR_OTHER_BLOCK
template struct ConvDirectFrom<NIGHTJAR_OTHER_BLOCK>;
#endif

}  // namespace nightjar::cpu::NIGHTJAR_ISA
