// Depthwise convolution: a register holds one pixel of `lanes` channels, so every tap is one multiply-add
// with a register of weights, and nothing is broadcast. 8 pixels a tile hide the latency of the FMA.
#include <utility>

#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/conv/filters.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr int tile_pixels = 8;

struct Taps {
  const float *in, *weights, *bias;
  int size;
  std::ptrdiff_t row, column, step;  // between kernel rows, kernel columns, output pixels
};

// `count` tiles, one beside the other. With `size` and `stride` as constants (0: any) neighbouring taps share
// what they load: 3x3 at stride 1 reads 30 registers for 72 multiply-adds.
template <int pixels, int size, int stride>
void tiles(const Taps& t, const Epilogue& epilogue, float* out, const float* residual, int count) {
  const int taps = size ? size : t.size;
  const std::ptrdiff_t step = stride ? stride * lanes : t.step, column = size ? lanes : t.column;
  const float* first = t.in;
  for (int i = 0; i < count; ++i, first += pixels * step, out += pixels * lanes) {
    Vec sums[1][pixels];
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) sums[0][p] = load(t.bias);
    const float* w = t.weights;
    for (int ky = 0; ky < taps; ++ky) {
#pragma GCC unroll 3
      for (int kx = 0; kx < taps; ++kx, w += lanes) {
        const float* in = first + ky * t.row + kx * column;
        const Vec weight = load(w);
#pragma GCC unroll 8
        for (int p = 0; p < pixels; ++p) sums[0][p] = fma(load(in + p * step), weight, sums[0][p]);
      }
    }
    finish(epilogue, sums, out, 0, residual, 0);
    if (epilogue.residual) residual += pixels * lanes;
  }
}

using Tiles = void (*)(const Taps&, const Epilogue&, float*, const float*, int count);

template <int size, int stride, int... pixels>
Tiles pick(int n, std::integer_sequence<int, pixels...>) {
  static constexpr Tiles all[] = {&tiles<pixels + 1, size, stride>...};
  return all[n - 1];
}

Tiles pick(const ops::Conv& op, int pixels) {
  constexpr auto all = std::make_integer_sequence<int, tile_pixels>{};
  if (op.size == 3 && op.dilation == 1 && op.stride_x == 1) return pick<3, 1>(pixels, all);
  if (op.size == 3 && op.dilation == 1 && op.stride_x == 2) return pick<3, 2>(pixels, all);
  return pick<0, 0>(pixels, all);
}

struct ConvDepthwise : CpuKernelDefaults {
  using Op = ops::Conv;
  struct Prepared {
    Rows rows;
    Epilogue epilogue;
    int whole, rest;  // whole tiles of a row, pixels behind them
    Tiles whole_tiles, rest_tiles;
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_depthwise");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.groups == op.in.c && op.groups == op.out.c && in_blocks(in[0]) && in_blocks(out) &&
           (!op.residual || in_blocks(in[1]));
  }
  static double cycles(const Op& op, const Tensor&) {
    return .5 * ceil_div(op.out.c, lanes) * op.size * op.size * op.out.h * op.out.w * 1.5;
  }
  static int halo(const Op& op) { return op.pad; }
  static std::int64_t packed_bytes(const Op& op) {
    return blocked_floats(op, lanes) * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    pack_blocked(op, weights, lanes, static_cast<float*>(packed));
  }
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    const int whole = op.out.w / tile_pixels, rest = op.out.w % tile_pixels;
    p = {Rows(call), epilogue_of(op, call.out()), whole,
         rest,       pick(op, tile_pixels),       rest > 0 ? pick(op, rest) : nullptr};
    return {1, {p.rows.items()}};
  }

  static void run(const Op& op, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    p.rows.each(begin, end, [&](int n, int channel, int y) {
      const float* packed = call.packed_as<float>() + std::int64_t{channel} * (op.size * op.size + 1);
      Taps taps{nullptr,
                packed + lanes,
                packed,
                op.size,
                op.dilation * in.row,
                std::ptrdiff_t{op.dilation} * lanes,
                std::ptrdiff_t{op.stride_x} * lanes};
      const float* row =
          in.at(n, channel, 0, 0) + (y * op.stride_y - op.pad) * in.row - std::ptrdiff_t{op.pad} * lanes;
      const auto run_tiles = [&](Tiles tiles_of_size, int x, int count) {
        taps.in = row + x * taps.step;
        const float* residual = op.residual ? call.in[1].at(n, channel, y, x) : nullptr;
        tiles_of_size(taps, p.epilogue, out.at(n, channel, y, x), residual, count);
      };
      if (p.whole > 0) run_tiles(p.whole_tiles, 0, p.whole);
      if (p.rest > 0) run_tiles(p.rest_tiles, p.whole * tile_pixels, 1);
    });
    if (p.epilogue.stream) end_streams();
  }
};

}  // namespace

constexpr CpuKernel conv_depthwise = cpu_kernel<ConvDepthwise>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
