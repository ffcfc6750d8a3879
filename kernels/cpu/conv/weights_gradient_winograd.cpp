// The gradient by the weights of a 3 x 3 convolution, by Winograd: as the convolution's own products, but
// summed over tiles in place of channels. 64 multiplications for 324 where tiles have 6 x 6 outputs.
//
//   phase 0  V = B^T d B of the image and Z = A y A^T of the output's gradient, all of them
//   phase 1  for each position, V x Z summed over an item's tiles: (positions, channels, 2 x lanes)
//   phase 2  G^T S G -> the taps, added to what was there
//
// An item of phase 1 has some channels of a filter group, so few that its sums stay in the second-level
// cache. Where there are few such parts, the images are dealt to several items each, whose sums phase 2 adds
// in order: the same bits, whatever the threads. A block's sums (of an image, or of several that are small)
// are added up apart; those of 512 x 1024 filters are 134 MB, so that it counts how often that is.
#include <algorithm>
#include <utility>

#include "kernels/cpu/conv/weights_gradient_sums.h"
#include "kernels/cpu/conv/winograd_stages.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/ops/gradients/conv_weights_gradient.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

struct TilesOfGradient : Family<F6, F4, F3> {};

namespace {

using Tiles = TilesOfGradient;

constexpr int part_channels = 32, block_tiles = 128;
// Of an image's V and Z. They double what the largest layers of a network take.
constexpr std::int64_t most_image_bytes = 16 << 20;

// Strides in floats.
struct GradientCut {
  Cut<Tiles> tiles;
  int channel_runs, shares;  // runs of the channels; shares of the blocks
  std::ptrdiff_t z_block, z_position;
  std::int64_t z_floats;  // of a block

  GradientCut(const ops::Conv& conv, int batch) : tiles(Cut<Tiles>::of_images(conv, batch, block_tiles)) {
    channel_runs = ceil_div(conv.in.c, part_channels);
    shares = min(tiles.blocks, ceil_div(enough_items, parts()));
    z_block = std::ptrdiff_t{tiles.block_tiles} * lanes;
    z_position = z_block * ceil_div(conv.out.c, lanes) + lanes;
    z_floats = Tiles::positions * z_position;
  }
  int parts() const { return tiles.groups * channel_runs; }
  Run channels(const ops::Conv& conv, int part) const {
    const int first = part % channel_runs * part_channels;
    return {first, min(part_channels, conv.in.c - first)};
  }
  std::int64_t block_floats() const { return tiles.v_block + z_floats; }
};

constexpr std::int64_t position_floats = std::int64_t{part_channels} * group_filters;
constexpr std::int64_t item_floats = Tiles::positions * position_floats;

// What an item of phase 1 sums up, at one position of one block.
struct Factors {
  const float* v;
  std::ptrdiff_t v_block;
  Run channels;
  GradientLines lines;
};

template <int blocks, int count>
void add_rows(const Factors& f, int first, float* sums) {
  const float* rows[most_rows];
  for (int r = 0; r < count; ++r) {
    const int channel = f.channels.first + first + r;
    rows[r] = f.v + channel / lanes * f.v_block + channel % lanes;
  }
  add_lines<blocks, count>(sums + first * blocks * lanes, rows, f.lines);
}

template <int blocks, int... counts>
auto pick_rows(int n, std::integer_sequence<int, counts...>) {
  static constexpr void (*tiles[])(const Factors&, int, float*) = {&add_rows<blocks, counts + 1>...};
  return tiles[n - 1];
}

template <int blocks>
void add_position(const Factors& factors, float* sums) {
  constexpr int most = most_rows / blocks;
  constexpr auto all = std::make_integer_sequence<int, most>{};
  each_tile_size(factors.channels.count, most, [&](int first, int size, int count) {
    for (int i = 0; i < count; ++i) pick_rows<blocks>(size, all)(factors, first + i * size, sums);
  });
}

// Sums -> taps, of `lanes` filters and one channel.
void taps_of(const float* sums, int shares, float (&taps)[9][lanes]) {
  constexpr int n = Tiles::products;
  Vec half[3][n];  // G^T S
  for (int j = 0; j < n; ++j) {
    Vec column[n], result[3];
    for (int i = 0; i < n; ++i) {
      const float* at = sums + (i * n + j) * position_floats;
      column[i] = load(at);
      for (int s = 1; s < shares; ++s) column[i] = column[i] + load(at + s * item_floats);
    }
    F6::taps(column, result);
    for (int i = 0; i < 3; ++i) half[i][j] = result[i];
  }
  for (int i = 0; i < 3; ++i) {
    Vec row[3];
    F6::taps(half[i], row);
    for (int j = 0; j < 3; ++j) store(taps[3 * i + j], row[j]);
  }
}

struct ConvWeightsGradientWinograd : CpuKernelDefaults {
  using Op = ops::ConvWeightsGradient;
  using Prepared = GradientCut;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_weights_gradient_winograd");
  static constexpr bool winograd = true;

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    const ops::Conv& c = op.conv;
    const bool fits =
        c.size == 3 && c.stride_x == 1 && c.stride_y == 1 && c.pad == 1 && c.dilation == 1 && c.groups == 1;
    return fits && in_blocks(in[0]) && in_blocks(in[1]) && is_f32(in[2]) && is_f32(out) &&
           GradientCut(c, 1).block_floats() * std::int64_t{sizeof(float)} <= most_image_bytes;
  }
  // As the convolution's, but the way back is taken once for some images.
  static double cycles(const Op& op, const Tensor&) {
    constexpr double usual_images = 8;
    const GradientCut cut(op.conv, 1);
    const double filters = double(cut.tiles.groups) * filter_blocks, channels = op.conv.in.c;
    const double lines = double(cut.tiles.down.lines()) * cut.tiles.across.lines();
    return 1.1 * lines * channels * filters / 2 + 6 * lines * (filters + cut.tiles.channel_blocks) +
           2.5 * Tiles::positions * channels * filters / usual_images;
  }

  static Work prepare(const Op& op, const Call& call, GradientCut& cut) {
    cut = GradientCut(op.conv, call.in[0].batch);
    const int blocks = cut.tiles.blocks;
    Work work{
        3,
        {blocks * (cut.tiles.channel_blocks + call.in[1].blocks()), cut.parts() * cut.shares, cut.parts()}};
    work.shared_bytes =
        (blocks * cut.block_floats() + cut.parts() * cut.shares * item_floats) * std::int64_t{sizeof(float)};
    return work;
  }

  static void run(const Op& op, const Call& call, const GradientCut& cut, int phase, int begin, int end,
                  Scratch scratch) {
    float* blocks = scratch.shared_floats();
    float* sums = blocks + cut.tiles.blocks * cut.block_floats();
    for (int item = begin; item < end; ++item) {
      const int group = (phase == 2 ? item : item / cut.shares) / cut.channel_runs;
      const bool whole = blocks_of_group(op.conv.out.c, group) == filter_blocks;
      if (phase == 0) {
        transform_one(call, cut, item, blocks);
      } else if (phase == 1) {
        (whole ? sum_up<filter_blocks> : sum_up<1>)(op.conv, cut, item, blocks, sums + item * item_floats);
      } else {
        store_taps(op.conv, call, cut, item, whole ? filter_blocks : 1, sums);
      }
    }
  }

 private:
  static void transform_one(const Call& call, const GradientCut& cut, int item, float* blocks) {
    const int planes = cut.tiles.channel_blocks + call.in[1].blocks();  // channel blocks of both
    const int block = item / planes, plane = item % planes, filters = plane - cut.tiles.channel_blocks;
    float* v = blocks + block * cut.block_floats();
    if (filters < 0) {
      transform<OfImage>(cut.tiles, cut.tiles.block(block), call.in[0], plane, cut.tiles.v_slice, v);
    } else {
      transform<OfGradient>(cut.tiles, cut.tiles.block(block), call.in[1], filters, cut.z_position,
                            v + cut.tiles.v_block);
    }
  }

  template <int blocks>
  static void sum_up(const ops::Conv& conv, const GradientCut& cut, int item, const float* all, float* sums) {
    const int share = item % cut.shares, part = item / cut.shares, count = cut.tiles.blocks;
    const int last = count * (share + 1) / cut.shares, group = part / cut.channel_runs;
    std::fill_n(sums, item_floats, 0.f);
    for (int i = count * share / cut.shares; i < last; ++i) {
      const float *v = all + i * cut.block_floats(),
                  *z = v + cut.tiles.v_block + group * filter_blocks * cut.z_block;
      const Block<Tiles> block = cut.tiles.block(i);
      for (int p = 0; p < Tiles::positions; ++p) {
        const int tiles = block.tiles(p / Tiles::products, p % Tiles::products);
        const Factors factors{v + p * cut.tiles.v_slice,
                              cut.z_block,
                              cut.channels(conv, part),
                              {z + p * cut.z_position, cut.z_block, 0, lanes, 0, 1, tiles}};
        add_position<blocks>(factors, sums + p * position_floats);
      }
    }
  }

  // From filters side by side to the order of the weights file.
  static void store_taps(const ops::Conv& conv, const Call& call, const GradientCut& cut, int part,
                         int blocks, const float* all_sums) {
    const float* sums = all_sums + part * cut.shares * item_floats;
    const auto* so_far = static_cast<const float*>(call.in[2].data);
    auto* total = static_cast<float*>(call.out().data);
    const Run channels = cut.channels(conv, part);
    for (int c = 0; c < channels.count; ++c) {
      for (int b = 0; b < blocks; ++b) {
        float taps[9][lanes];
        taps_of(sums + (c * blocks + b) * lanes, cut.shares, taps);
        const int first = part / cut.channel_runs * group_filters + b * lanes;
        for (int f = 0; f < min(lanes, conv.out.c - first); ++f) {
          const std::int64_t at = (std::int64_t{first + f} * conv.in.c + channels.first + c) * 9;
          for (int tap = 0; tap < 9; ++tap) total[at + tap] = so_far[at + tap] + taps[tap][f];
        }
      }
    }
  }
};

}  // namespace

constexpr CpuKernel conv_weights_gradient_winograd = cpu_kernel<ConvWeightsGradientWinograd>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
