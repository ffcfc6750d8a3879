// 1x1 convolution to half registers, two pixels a register.
//
// A register of input is two pixels of half as many channels, or one pixel of `lanes` channels. Either way a
// step spreads lane c of each half over its half and multiplies it with a register of weights:
//   two pixels   (x0[c] ... | x1[c] ...)     * (w[c] | w[c])      the halves are the sums of the two pixels
//   one pixel    (x[c] ...  | x[c + 8] ...)  * (w[c] | w[c + 8])  the halves are added in the end
// So input is read a register at a time, where a multiply-add of half a register would broadcast each value
// from memory, as many loads as multiply-adds.
//
// A tile is 12 registers of input and as many of sums, with one of weights and one for what is spread: 26
// of 32.
#include "kernels/cpu/conv/narrow_pointwise.h"

#ifdef NIGHTJAR_NARROW_BLOCK

#include <utility>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr int narrow = NIGHTJAR_NARROW_BLOCK;
constexpr int tile_registers = 12;

// Registers of input that become one of output.
template <int input_block>
constexpr int folded = input_block / narrow;
template <int input_block>
constexpr int tile_pairs = tile_registers / folded<input_block>;

struct Row {
  const float *in, *weights, *bias;
  int blocks, channels;  // of the input
  std::ptrdiff_t plane;
};

// `count` tiles, one beside the other.
template <int input_block, int pairs>
void tiles(const Row& row, const Epilogue& epilogue, float* out, const float* residual, int count) {
  constexpr int n = pairs * folded<input_block>;
  const float* in = row.in;
  for (int i = 0; i < count; ++i, in += n * lanes, out += pairs * lanes) {
    Vec sums[n];
#pragma GCC unroll 12
    for (int r = 0; r < n; ++r) sums[r] = load(row.bias);
    const float* w = row.weights;
    int left = row.channels;
    for (int b = 0; b < row.blocks; ++b, left -= input_block) {
      Vec x[n];
#pragma GCC unroll 12
      for (int r = 0; r < n; ++r) x[r] = load(in + b * row.plane + r * lanes);
      const int steps = min(narrow, left);
      for (int c = 0; c < steps; ++c, w += lanes) {
        const Vec weight = load(w);
#pragma GCC unroll 12
        for (int r = 0; r < n; ++r) sums[r] = fma(spread_in_halves(x[r], c), weight, sums[r]);
      }
    }
    Vec cells[1][pairs];
#pragma GCC unroll 12
    for (int p = 0; p < pairs; ++p) {
      cells[0][p] = folded<input_block> == 1 ? sums[p] : fold_halves(sums[2 * p], sums[2 * p + 1]);
    }
    finish(epilogue, cells, out, 0, residual, 0);
    if (epilogue.residual) residual += pairs * lanes;
  }
}

using Tiles = void (*)(const Row&, const Epilogue&, float*, const float*, int count);

template <int input_block, int... pairs>
Tiles pick(int n, std::integer_sequence<int, pairs...>) {
  static constexpr Tiles all[] = {&tiles<input_block, pairs + 1>...};
  return all[n - 1];
}

int filter_blocks_of(const ops::Conv& op) {
  return ceil_div(op.out.c, narrow);
}

// Steps of all input blocks; the last one stops with the last channel.
template <int input_block>
int steps_of(const ops::Conv& op) {
  const int whole = op.in.c / input_block;
  return whole * narrow + min(narrow, op.in.c - whole * input_block);
}

}  // namespace

template <int input_block>
bool ConvNarrowPointwiseFrom<input_block>::accepts(const Op& op, const Tensor* in, const Tensor& out) {
  return op.size == 1 && op.stride_x == 1 && op.stride_y == 1 && op.pad == 0 && op.groups == 1 &&
         in[0].block == input_block && out.block == narrow && op.out.w % 2 == 0 &&
         (!op.residual || in[1].block == narrow);
}

// A multiply-add and a permutation a step, of four units that do either or something else.
template <int input_block>
double ConvNarrowPointwiseFrom<input_block>::cycles(const Op& op, const Tensor&) {
  const double registers_of_input = double(op.out.h) * op.out.w / 2 * folded<input_block>;
  return .8 * filter_blocks_of(op) * registers_of_input * (steps_of<input_block>(op) + 3);
}

template <int input_block>
std::int64_t ConvNarrowPointwiseFrom<input_block>::packed_floats(const Op& op) {
  return std::int64_t{filter_blocks_of(op)} * (1 + steps_of<input_block>(op)) * lanes;
}

// A block of filters: its biases, for both pixels or for one half of the sum, then its weights step by step.
template <int input_block>
void ConvNarrowPointwiseFrom<input_block>::pack(const Op& op, const float* const* arrays, float* packed) {
  const int steps = steps_of<input_block>(op);
  for (int block = 0; block < filter_blocks_of(op); ++block, packed += (1 + steps) * lanes) {
    for (int i = 0; i < lanes; ++i) {
      const int f = block * narrow + i % narrow, half = i / narrow * (folded<input_block> - 1);
      packed[i] = f < op.out.c && arrays[1] && half == 0 ? arrays[1][f] : 0;
      for (int s = 0; s < steps; ++s) {
        const int c = s / narrow * input_block + s % narrow + half * narrow;
        const bool real = f < op.out.c && c < op.in.c;
        packed[(1 + s) * lanes + i] = real ? arrays[0][std::int64_t{f} * op.in.c + c] : 0;
      }
    }
  }
}

template <int input_block>
Work ConvNarrowPointwiseFrom<input_block>::work(const Op&, const Call& call) {
  return {1, {Rows(call).items()}};
}

template <int input_block>
void ConvNarrowPointwiseFrom<input_block>::run(const Op& op, const Call& call, int, int begin, int end,
                                               Scratch) {
  const Epilogue epilogue = epilogue_of(op, call.out);
  const Tensor &in = call.in[0], &out = call.out;
  Rows(call).each(begin, end, [&](int n, int filter, int y) {
    const float* packed =
        call.packed + std::int64_t{filter / narrow} * (1 + steps_of<input_block>(op)) * lanes;
    Row row{nullptr, packed + lanes, packed, in.blocks(), op.in.c, in.plane};
    constexpr int most = tile_pairs<input_block>;
    each_tile_size(op.out.w / 2, most, [&](int first, int pairs, int count) {
      row.in = in.at(n, 0, y, 2 * first);
      const float* residual = op.residual ? call.in[1].at(n, filter, y, 2 * first) : nullptr;
      const auto tiles_of_size = pick<input_block>(pairs, std::make_integer_sequence<int, most>{});
      tiles_of_size(row, epilogue, out.at(n, filter, y, 2 * first), residual, count);
    });
  });
  if (epilogue.stream) end_streams();
}

template struct ConvNarrowPointwiseFrom<narrow>;
template struct ConvNarrowPointwiseFrom<lanes>;

}  // namespace nightjar::cpu::NIGHTJAR_ISA
#endif
