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
#include <utility>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"

#ifdef NIGHTJAR_NARROW_BLOCK
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

// `input_block`: channels a block of the input, half a register or a whole one.
template <int input_block>
struct ConvNarrowPointwise : CpuKernelDefaults {
  using Op = ops::Conv;
  struct Prepared {
    Rows rows;
    Epilogue epilogue;
    std::ptrdiff_t block_floats;  // packed, of a block of filters
  };
  static constexpr const char* name = input_block == lanes ? NIGHTJAR_KERNEL_NAME("conv1x1_narrowing")
                                                           : NIGHTJAR_KERNEL_NAME("conv1x1_narrow");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.size == 1 && op.stride_x == 1 && op.stride_y == 1 && op.pad == 0 && op.groups == 1 &&
           in_blocks(in[0], input_block) && in_blocks(out, narrow) && op.out.w % 2 == 0 &&
           (!op.residual || in_blocks(in[1], narrow));
  }
  // A multiply-add and a permutation a step, of four units that do either or something else.
  static double cycles(const Op& op, const Tensor&) {
    const double registers_of_input = double(op.out.h) * op.out.w / 2 * folded<input_block>;
    return .8 * filter_blocks_of(op) * registers_of_input * (steps_of<input_block>(op) + 3);
  }

  static std::int64_t packed_bytes(const Op& op) {
    return filter_blocks_of(op) * block_floats_of(op) * std::int64_t{sizeof(float)};
  }
  // A block of filters: its biases, for both pixels or for one half of the sum, then its weights step by
  // step.
  static void pack(const Op& op, Weights weights, void* packed) {
    const int steps = steps_of<input_block>(op);
    auto* to = static_cast<float*>(packed);
    for (int block = 0; block < filter_blocks_of(op); ++block, to += block_floats_of(op)) {
      for (int i = 0; i < lanes; ++i) {
        const int f = block * narrow + i % narrow, half = i / narrow * (folded<input_block> - 1);
        to[i] = f < op.out.c && weights[1] && half == 0 ? weights[1][f] : 0;
        for (int s = 0; s < steps; ++s) {
          const int c = s / narrow * input_block + s % narrow + half * narrow;
          const bool real = f < op.out.c && c < op.in.c;
          to[(1 + s) * lanes + i] = real ? weights[0][std::int64_t{f} * op.in.c + c] : 0;
        }
      }
    }
  }

  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    p = {Rows(call), epilogue_of(op, call.out()), block_floats_of(op)};
    return {1, {p.rows.items()}};
  }
  static void run(const Op& op, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    p.rows.each(begin, end, [&](int n, int filter, int y) {
      const float* packed = call.packed_as<float>() + filter / narrow * p.block_floats;
      Row row{nullptr, packed + lanes, packed, in.blocks(), op.in.c, in.plane};
      constexpr int most = tile_pairs<input_block>;
      each_tile_size(op.out.w / 2, most, [&](int first, int pairs, int count) {
        row.in = in.at(n, 0, y, 2 * first);
        const float* residual = op.residual ? call.in[1].at(n, filter, y, 2 * first) : nullptr;
        const auto tiles_of_size = pick<input_block>(pairs, std::make_integer_sequence<int, most>{});
        tiles_of_size(row, p.epilogue, out.at(n, filter, y, 2 * first), residual, count);
      });
    });
    if (p.epilogue.stream) end_streams();
  }

 private:
  static std::ptrdiff_t block_floats_of(const Op& op) {
    return std::ptrdiff_t{1 + steps_of<input_block>(op)} * lanes;
  }
};

}  // namespace

constexpr CpuKernel conv_narrow_pointwise = cpu_kernel<ConvNarrowPointwise<narrow>>();
constexpr CpuKernel conv_narrowing_pointwise = cpu_kernel<ConvNarrowPointwise<lanes>>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
#endif
