// Sums of the output's gradient times the image, cell by cell: the gradient by a convolution's weights.
//
// A row (weights_gradient_sums.h) is a channel at a tap; a pointwise convolution, which has 8 or 16, takes
// tiles of 4 or 8. All tiles go over some rows of the output before the next: these stay in the first-level
// cache, where each is read once for each tap. A chunk's sums are added up apart, so that a sum of a hundred
// thousand products rounds as two of some hundreds.
//
// An item has its weights for itself and takes its images in order. Where weights are few, the images are
// dealt to several items, whose sums a second phase adds in order: the same bits, whatever the threads.
#include "kernels/ops/gradients/conv_weights_gradient.h"

#include "kernels/cpu/conv/weights_gradient_sums.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr int chunk_bytes = 16 << 10;  // of gradients: half of a first-level cache

// What items are cut from: groups of filters x blocks of channels x shares of the images.
struct Cut {
  int groups, channels, blocks, shares, lines;  // channels of a block; lines of a chunk

  int parts() const { return groups * blocks; }
};

struct ConvWeightsGradient : CpuKernelDefaults {
  using Op = ops::ConvWeightsGradient;
  using Prepared = Cut;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_weights_gradient");

  // The image in blocks, or planar where it has few channels: a picture.
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    const bool is_planar = in_blocks(in[0], 1) && op.conv.in.c < lanes;
    return op.conv.groups == 1 && (in_blocks(in[0]) || is_planar) && in_blocks(in[1]) && is_f32(in[2]) &&
           is_f32(out);
  }
  // What is read around the image: as much as its taps reach out.
  static int halo(const Op& op) { return op.conv.pad; }
  static double cycles(const Op& op, const Tensor&) { return double(op.flops()) / 2 / lanes / 2; }

  static Work prepare(const Op& op, const Call& call, Cut& cut) {
    const ops::Conv& conv = op.conv;
    const int line_bytes = conv.out.w * group_filters * int(sizeof(float));
    const bool is_planar = call.in[0].block == 1;
    cut = {ceil_div(conv.out.c, group_filters), is_planar ? conv.in.c : lanes,
           is_planar ? 1 : call.in[0].blocks(), 1, max(1, chunk_bytes / line_bytes)};
    cut.shares = min(call.in[0].batch, ceil_div(enough_items, cut.parts()));
    Work work{2, {cut.parts() * cut.shares, cut.parts()}};
    work.shared_bytes = cut.parts() * cut.shares * item_floats(conv, cut) * std::int64_t{sizeof(float)};
    return work;
  }

  static void run(const Op& op, const Call& call, const Cut& cut, int phase, int begin, int end,
                  Scratch scratch) {
    for (int item = begin; item < end; ++item) {
      const int group = item / cut.shares / cut.blocks % cut.groups;
      const bool whole =
          blocks_of_group(op.conv.out.c, phase == 0 ? group : item / cut.blocks) == filter_blocks;
      if (phase == 0) {
        float* sums = scratch.shared_floats() + item * item_floats(op.conv, cut);
        (whole ? sum_up<filter_blocks> : sum_up<1>)(op.conv, call, cut, item, sums);
      } else {
        const float* sums = scratch.shared_floats() + item * cut.shares * item_floats(op.conv, cut);
        (whole ? store_sums<filter_blocks> : store_sums<1>)(op.conv, call, cut, item, sums);
      }
    }
  }

 private:
  // Rows of an item, with some to fill its last tile.
  static int rows_of(const ops::Conv& conv, const Cut& cut) {
    return ceil_div(cut.channels * conv.size * conv.size, most_rows) * most_rows;
  }
  static std::int64_t item_floats(const ops::Conv& conv, const Cut& cut) {
    return std::int64_t{rows_of(conv, cut)} * group_filters;
  }

  // sums[channel of the block and tap][filter of the group] over a share of the images.
  template <int blocks>
  static void sum_up(const ops::Conv& conv, const Call& call, const Cut& cut, int item, float* sums) {
    const int share = item % cut.shares, part = item / cut.shares, batch = call.in[1].batch;
    for (int i = 0; i < rows_of(conv, cut) * blocks; ++i) store(sums + i * lanes, set(0.f));
    const int last = batch * (share + 1) / cut.shares;
    for (int n = batch * share / cut.shares; n < last; ++n) {
      for (int y = 0; y < conv.out.h; y += cut.lines) add_chunk<blocks>(conv, call, cut, n, y, part, sums);
    }
  }

  template <int blocks>
  static void add_chunk(const ops::Conv& conv, const Call& call, const Cut& cut, int n, int y, int part,
                        float* sums) {
    const Tensor &image = call.in[0], &gradient = call.in[1];
    const int group = part / cut.blocks, first_channel = part % cut.blocks * cut.channels;
    const GradientLines lines{gradient.at(n, group * group_filters, y, 0),
                              gradient.plane,
                              gradient.row,
                              std::ptrdiff_t{conv.stride_x} * image.pixel,
                              conv.stride_y * image.row,
                              min(cut.lines, conv.out.h - y),
                              conv.out.w};
    const int taps = conv.size * conv.size, rows = cut.channels * taps;
    const float* at[most_rows];
    const auto add_tiles = [&]<int count>() {
      for (int row = 0; row < rows; row += count, sums += count * blocks * lanes) {
        for (int r = 0; r < count; ++r) {
          const int i = min(row + r, rows - 1), tap = i / cut.channels;  // a tile's rest reads what is there
          const int top = y * conv.stride_y - conv.pad + tap / conv.size * conv.dilation;
          const int left = tap % conv.size * conv.dilation - conv.pad;
          at[r] = image.at(n, first_channel + i % cut.channels, top, left);
        }
        add_lines<blocks, count>(sums, at, lines);
      }
    };
    constexpr int more = filter_blocks / blocks;
    if (taps == 1)
      add_tiles.template operator()<short_tile * more>();
    else
      add_tiles.template operator()<long_tile * more>();
  }

  // From filters side by side to the order of the weights file, shares in order, added to what was there.
  template <int blocks>
  static void store_sums(const ops::Conv& conv, const Call& call, const Cut& cut, int part,
                         const float* sums) {
    const auto* so_far = static_cast<const float*>(call.in[2].data);
    auto* total = static_cast<float*>(call.out().data);
    const int taps = conv.size * conv.size, first_filter = part / cut.blocks * group_filters;
    const int first_channel = part % cut.blocks * cut.channels;
    const int filters = min(conv.out.c - first_filter, blocks * lanes);
    const int channels = min(conv.in.c - first_channel, cut.channels);
    for (int f = 0; f < filters; ++f) {
      for (int c = 0; c < channels; ++c) {
        const std::int64_t row = (std::int64_t{first_filter + f} * conv.in.c + first_channel + c) * taps;
        for (int tap = 0; tap < taps; ++tap) {
          const float* from = sums + std::int64_t{tap * cut.channels + c} * blocks * lanes + f;
          float sum = *from;
          for (int share = 1; share < cut.shares; ++share) sum += from[share * item_floats(conv, cut)];
          total[row + tap] = so_far[row + tap] + sum;
        }
      }
    }
  }
};

}  // namespace

constexpr CpuKernel conv_weights_gradient = cpu_kernel<ConvWeightsGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
