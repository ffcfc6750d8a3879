// Winograd convolution: how its stages (winograd_stages.h) become items, and how its weights are packed.
#include "kernels/cpu/conv/winograd.h"

#include "kernels/cpu/conv/filters.h"
#include "kernels/cpu/conv/winograd_stages.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

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
  return multiplications * 1.15 + transforms;
}

template <class F>
std::int64_t ConvWinograd<F>::packed_floats(const Op& op) {
  const std::int64_t groups = ceil_div(op.out.c, group_filters);
  return groups * group_filters * (1 + std::int64_t{Cut<F>::slices} * ceil_div(op.in.c, lanes) * lanes);
}

namespace {

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

}  // namespace

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
