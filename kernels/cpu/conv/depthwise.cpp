// Depthwise convolution: a register holds one pixel of `lanes` channels, so every tap is one multiply-add
// with a register of weights, and nothing is broadcast. 8 pixels a tile hide the latency of the FMA.
#include "kernels/cpu/conv/depthwise.h"

#include <utility>

#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/conv/filters.h"
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

}  // namespace

bool ConvDepthwise::accepts(const Op& op, const Tensor* in, const Tensor& out) {
  return op.groups == op.in.c && op.groups == op.out.c && in[0].block == lanes && out.block == lanes &&
         (!op.residual || in[1].block == lanes);
}

double ConvDepthwise::cycles(const Op& op, const Tensor&) {
  return .5 * ceil_div(op.out.c, lanes) * op.size * op.size * op.out.h * op.out.w * 1.5;
}

std::int64_t ConvDepthwise::packed_floats(const Op& op) {
  return blocked_floats(op, lanes);
}

void ConvDepthwise::pack(const Op& op, const float* const* arrays, float* packed) {
  pack_blocked(op, arrays, lanes, packed);
}

Work ConvDepthwise::work(const Op&, const Call& call) {
  return {1, {Rows(call).items()}};
}

void ConvDepthwise::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  const Epilogue epilogue = epilogue_of(op, call.out);
  const Tensor &in = call.in[0], &out = call.out;
  Rows(call).each(begin, end, [&](int n, int channel, int y) {
    const float* packed = call.packed + std::int64_t{channel} * (op.size * op.size + 1);
    Taps taps{nullptr,
              packed + lanes,
              packed,
              op.size,
              op.dilation * in.row,
              std::ptrdiff_t{op.dilation} * lanes,
              std::ptrdiff_t{op.stride_x} * lanes};
    const float* row =
        in.at(n, channel, 0, 0) + (y * op.stride_y - op.pad) * in.row - std::ptrdiff_t{op.pad} * lanes;
    const auto run_tiles = [&](int x, int pixels, int count) {
      taps.in = row + x * taps.step;
      const float* residual = op.residual ? call.in[1].at(n, channel, y, x) : nullptr;
      pick(op, pixels)(taps, epilogue, out.at(n, channel, y, x), residual, count);
    };
    const int whole = op.out.w / tile_pixels, rest = op.out.w % tile_pixels;
    if (whole > 0) run_tiles(0, tile_pixels, whole);
    if (rest > 0) run_tiles(whole * tile_pixels, rest, 1);
  });
  if (epilogue.stream) end_streams();
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
