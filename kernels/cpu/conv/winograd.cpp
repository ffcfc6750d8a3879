// Winograd convolution: how its stages (winograd_stages.h) become items, and how its weights are packed.
//
// Two ways to cut the stages into items:
//   fused  an item is a block, all stages, with V and M in the second-level cache. For grids of many rows of
//          tiles, which the threads can share evenly.
//   split  phase 0 transforms all blocks, phase 1 has an item for each filter group and block.
//
// Weights are packed transformed, [filter group][slice][channel][2 x lanes], or where that would be large as
// they are, [filter group][channel][tap][2 x lanes]: then an item transforms its own a few channels at a
// time, so that they stay in the second-level cache.
#include "kernels/cpu/conv/filters.h"
#include "kernels/cpu/conv/winograd_stages.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// The families are no part of the unnamed namespace: there the compiler takes each stage into the only place
// that calls it, which spills more than twice as many registers.
//
// `chunk`: channels whose products are added up before they are added to others': sums of sums round less
// than one long sum. So much of U as they need stays in the second-level cache.
struct TilesTo6 : Family<F6, F4, F3> {
  static constexpr int chunk = 32;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv3x3_winograd_f6");
};
struct TilesTo4 : Family<F4, F3> {
  static constexpr int chunk = 64;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv3x3_winograd_f4");
};
struct TilesTo3Stride2 : Family<F3Stride2, F2Stride2> {
  static constexpr int chunk = 64;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv3x3s2_winograd_f3");
};

namespace {

// Of a channel and filter group: taps, and what is packed.
constexpr std::int64_t taps_floats = 9 * group_filters;
template <class F>
std::int64_t channel_floats(const Cut<F>& cut) {
  return cut.packed ? std::int64_t{F::slices} * group_filters : taps_floats;
}

// Between slices of U in scratch: a channel further than a chunk needs, for the sake of cache sets.
template <class F>
constexpr std::ptrdiff_t u_slice = std::ptrdiff_t{F::chunk + 1} * group_filters;

// The taps of one channel and filter group, to its row in each slice of U.
template <class F>
void put_filters(const float* taps, std::int64_t channel, std::int64_t channels, float* to) {
  float u[F::slices * group_filters];
  transform_filters<F, group_filters>(taps, 1, filter_blocks, u);
  for (int i = 0; i < F::slices; ++i) {
    for (int f = 0; f < group_filters; ++f)
      to[(i * channels + channel) * group_filters + f] = u[i * group_filters + f];
  }
}

// Everything after V of one filter group and block. `scratch` is room for M and transformed filters.
template <class F>
void finish_group(const Cut<F>& cut, const ops::Conv& op, const Call& call, const Block<F>& block, int group,
                  const Epilogue& epilogue, const float* v, float* scratch) {
  const float* biases = call.packed_as<float>() + group * group_filters;
  const float* weights =
      call.packed_as<float>() + cut.groups * group_filters + group * op.in.c * channel_floats(cut);
  const int blocks = blocks_of_group(op.out.c, group);
  float *m = scratch, *u = scratch + cut.m_block;
  if (cut.packed) {
    const std::ptrdiff_t slice = std::ptrdiff_t{op.in.c} * group_filters;
    multiply_group(cut, block, blocks, {weights, slice, 0, op.in.c, nullptr}, v, m);
  } else {
    for (int c = 0; c < op.in.c; c += F::chunk) {
      const int channels = min(F::chunk, op.in.c - c);
      transform_filters<F, u_slice<F>>(weights, channels, blocks, u);
      weights += channels * taps_floats;
      multiply_group(cut, block, blocks, {u, u_slice<F>, c, channels, weights}, v, m);
    }
  }
  for (int b = 0; b < blocks; ++b) {
    inverse(cut, block, epilogue, call, group * group_filters + b * lanes, load(biases + b * lanes),
            m + std::ptrdiff_t{b} * cut.block_tiles * lanes);
  }
}

template <class F>
struct ConvWinograd : CpuKernelDefaults {
  using Op = ops::Conv;
  struct Prepared {
    Cut<F> cut;
    Epilogue epilogue;
  };
  static constexpr const char* name = F::name;
  static constexpr bool winograd = true;

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.size == 3 && op.stride_x == F::stride && op.stride_y == F::stride && op.pad == 1 &&
           op.dilation == 1 && op.groups == 1 && in_blocks(in[0]) && in_blocks(out) &&
           (!op.residual || in_blocks(in[1]));
  }
  // Two FMAs a cycle; U, V and M by the registers that are stored or, with U from memory, loaded; 40 for each
  // time that sums start and end.
  static double cycles(const Op& op, const Tensor&) {
    const Cut<F> cut(op, 1, 1);
    const double filters = double(cut.groups) * filter_blocks,
                 lines = double(cut.down.lines()) * cut.across.lines();
    const double u = filters * F::slices * op.in.c, v = lines * cut.channel_blocks, m = lines * filters;
    const double sums = double(F::positions) * ceil_div(cut.down.tiles() * cut.across.tiles(), max_pixels) *
                        ceil_div(op.in.c, F::chunk) * cut.groups;
    return 1.1 * lines * op.in.c * filters / 2 + (cut.packed ? 1 : 2.5) * u + 6 * (v + m) + 40 * sums;
  }

  // Biases of all filter groups first, then U or the taps.
  static std::int64_t packed_bytes(const Op& op) {
    const Cut<F> cut(op, 1, 1);
    return cut.groups * (group_filters + op.in.c * channel_floats(cut)) * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    const Cut<F> cut(op, 1, 1);
    auto* to = static_cast<float*>(packed);
    to += pack_biases(op, weights[1], to);
    for (int f = 0; f < op.out.c; f += group_filters, to += op.in.c * channel_floats(cut)) {
      for (int c = 0; c < op.in.c; ++c) {
        if (cut.packed) {
          float taps[taps_floats];
          gather_taps(op, weights[0], f, c, taps, group_filters);
          put_filters<F>(taps, c, op.in.c, to);
        } else {
          gather_taps(op, weights[0], f, c, to + c * taps_floats, group_filters);
        }
      }
    }
  }

  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    p = {Cut<F>(op, call.out().batch, call.threads), epilogue_of(op, call.out())};
    const Cut<F>& cut = p.cut;
    constexpr std::int64_t bytes = sizeof(float);
    Work work;
    work.thread_bytes = (cut.m_block + (cut.packed ? 0 : F::slices * u_slice<F>)) * bytes;
    if (cut.fused) {
      work.items[0] = cut.blocks;
      work.thread_bytes += cut.v_block * bytes;
    } else {
      work.phases = 2;
      work.items[0] = cut.blocks * cut.channel_blocks;
      work.items[1] = cut.groups * cut.blocks;
      work.shared_bytes = cut.blocks * cut.v_block * bytes;
    }
    return work;
  }
  static void run(const Op& op, const Call& call, const Prepared& p, int phase, int begin, int end,
                  Scratch scratch) {
    const auto& [cut, epilogue] = p;
    for (int item = begin; item < end; ++item) {
      if (cut.fused) {
        const Block<F> block = cut.block(item);
        float* v = scratch.thread_floats();
        for (int c = 0; c < cut.channel_blocks; ++c)
          transform<OfImage>(cut, block, call.in[0], c, cut.v_slice, v);
        for (int g = 0; g < cut.groups; ++g)
          finish_group(cut, op, call, block, g, epilogue, v, v + cut.v_block);
      } else if (phase == 0) {
        const int block = item / cut.channel_blocks;
        transform<OfImage>(cut, cut.block(block), call.in[0], item % cut.channel_blocks, cut.v_slice,
                           scratch.shared_floats() + block * cut.v_block);
      } else {
        // Blocks inside: a group's share of U is read again while it is in a cache.
        const int block = item % cut.blocks, group = item / cut.blocks;
        finish_group(cut, op, call, cut.block(block), group, epilogue,
                     scratch.shared_floats() + block * cut.v_block, scratch.thread_floats());
      }
    }
    if (epilogue.stream) end_streams();
  }
};

}  // namespace

constexpr CpuKernel conv_winograd_f6 = cpu_kernel<ConvWinograd<TilesTo6>>();
constexpr CpuKernel conv_winograd_f4 = cpu_kernel<ConvWinograd<TilesTo4>>();
constexpr CpuKernel conv_winograd_s2_f3 = cpu_kernel<ConvWinograd<TilesTo3Stride2>>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
