// Winograd convolution: how its stages (winograd_stages.h) become items, and how its weights are packed.
//
// Two ways to cut the stages into items:
//   fused  an item is a block, all stages, with V and M in the second-level cache. For grids of so many rows
//   of tiles that
//          the threads can share them evenly.
//   split  phase 0 transforms all blocks, phase 1 has an item for each filter group and block.
//
// Weights are packed transformed, [filter group][slice][channel][2 x lanes], or where that would be large as
// they are, [filter group][channel][tap][2 x lanes]: then an item transforms its own a few channels at a
// time, so that they stay in the second-level cache.
#include "kernels/cpu/conv/winograd.h"

#include "kernels/cpu/conv/filters.h"
#include "kernels/cpu/conv/winograd_stages.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr std::int64_t taps_floats = 9 * group_filters;  // of a channel and filter group

// Between slices of U; a channel further than they would need, for the sake of cache sets.
std::ptrdiff_t u_slice_floats(int channels) {
  return std::ptrdiff_t{channels + 1} * group_filters;
}

}  // namespace

template <class F>
bool ConvWinograd<F>::accepts(const Op& op, const Tensor* in, const Tensor& out) {
  return op.size == 3 && op.stride_x == F::stride && op.stride_y == F::stride && op.pad == 1 &&
         op.dilation == 1 && op.groups == 1 && in[0].block == lanes && out.block == lanes &&
         (!op.residual || in[1].block == lanes);
}

// Two FMAs a cycle, and what is stored in other stages, which is what they are bound by.
template <class F>
double ConvWinograd<F>::cycles(const Op& op, const Tensor&) {
  const Cut<F> cut(op, 1, 1);
  const double filters = double(cut.groups) * filter_blocks,
               lines = double(cut.down.lines()) * cut.across.lines();
  const double u = cut.packed ? 0 : F::slices * op.in.c * filters, v = lines * cut.channel_blocks,
               m = lines * filters;
  return lines * op.in.c * filters / 2 * 1.1 + 2.5 * u + 6 * (v + m);
}

template <class F>
std::int64_t ConvWinograd<F>::packed_floats(const Op& op) {
  const Cut<F> cut(op, 1, 1);
  return cut.groups *
         (group_filters + op.in.c * (cut.packed ? F::slices * std::int64_t{group_filters} : taps_floats));
}

// Biases of all filter groups first, then U or the taps.
template <class F>
void ConvWinograd<F>::pack(const Op& op, const float* const* arrays, float* packed) {
  const Cut<F> cut(op, 1, 1);
  const std::ptrdiff_t u_slice = std::ptrdiff_t{op.in.c} * group_filters;
  float* to = packed + pack_biases(op, arrays[1], packed);
  for (int g = 0; g < cut.groups; ++g) {
    for (int c = 0; c < op.in.c; ++c) {
      float taps[taps_floats];
      gather_taps(op, arrays[0], g * group_filters, c, taps, group_filters);
      if (cut.packed) {
        transform_filters<F>(taps, 1, filter_blocks, u_slice,
                             to + (g * F::slices * std::int64_t{op.in.c} + c) * group_filters);
      } else {
        for (int i = 0; i < taps_floats; ++i) to[(g * std::int64_t{op.in.c} + c) * taps_floats + i] = taps[i];
      }
    }
  }
}

template <class F>
Work ConvWinograd<F>::work(const Op& op, const Call& call) {
  const Cut<F> cut(op, call.out.batch, call.threads);
  Work work;
  work.thread_floats = cut.m_block + (cut.packed ? 0 : F::slices * u_slice_floats(F::chunk));
  if (cut.fused) {
    work.items[0] = cut.blocks;
    work.thread_floats += cut.v_block;
  } else {
    work.phases = 2;
    work.items[0] = cut.blocks * cut.channel_blocks;
    work.items[1] = cut.groups * cut.blocks;
    work.shared_floats = cut.blocks * cut.v_block;
  }
  return work;
}

namespace {

// Everything after V of one filter group and block. `scratch` is room for M and transformed filters.
template <class F>
void finish_group(const Cut<F>& cut, const ops::Conv& op, const Call& call, const Block<F>& block, int group,
                  const float* v, float* scratch) {
  const float *biases = call.packed + group * group_filters,
              *weights = call.packed + cut.groups * group_filters;
  const int blocks = (group + 1) * group_filters - lanes < op.out.c ? filter_blocks : 1;
  float *m = scratch, *u = scratch + cut.m_block;
  if (cut.packed) {
    const std::ptrdiff_t slice = std::ptrdiff_t{op.in.c} * group_filters;
    multiply_group(cut, block, blocks, {weights + group * F::slices * slice, slice, 0, op.in.c, nullptr}, v,
                   m);
  } else {
    const std::ptrdiff_t slice = u_slice_floats(F::chunk);
    const float* taps = weights + group * (op.in.c * taps_floats);
    for (int c = 0; c < op.in.c; c += F::chunk) {
      const int channels = min(F::chunk, op.in.c - c);
      transform_filters<F>(taps, channels, blocks, slice, u);
      taps += channels * taps_floats;
      multiply_group(cut, block, blocks, {u, slice, c, channels, taps}, v, m);
    }
  }
  for (int b = 0; b < blocks; ++b) {
    inverse(cut, block, epilogue_of(op), call, group * group_filters + b * lanes, load(biases + b * lanes),
            m + std::ptrdiff_t{b} * cut.block_tiles * lanes);
  }
}

}  // namespace

template <class F>
void ConvWinograd<F>::run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch) {
  const Cut<F> cut(op, call.out.batch, call.threads);
  for (int item = begin; item < end; ++item) {
    if (cut.fused) {
      const Block<F> block = cut.block(item);
      float* v = scratch.thread;
      for (int c = 0; c < cut.channel_blocks; ++c) transform(cut, block, call.in[0], c, v);
      for (int g = 0; g < cut.groups; ++g) finish_group(cut, op, call, block, g, v, v + cut.v_block);
    } else if (phase == 0) {
      const int block = item / cut.channel_blocks;
      transform(cut, cut.block(block), call.in[0], item % cut.channel_blocks,
                scratch.shared + block * cut.v_block);
    } else {
      const int block =
          item % cut.blocks;  // blocks inside: a group's share of U is read again while it is in a cache
      finish_group(cut, op, call, cut.block(block), item / cut.blocks, scratch.shared + block * cut.v_block,
                   scratch.thread);
    }
  }
}

template struct ConvWinograd<TilesTo6>;
template struct ConvWinograd<TilesTo4>;
template struct ConvWinograd<TilesTo3Stride2>;

}  // namespace nightjar::cpu::NIGHTJAR_ISA
