// Convolution of a planar picture to half registers, with `lanes` neighbouring pixels of one filter a
// register: planes are read so anyway, and weights are what is broadcast. The sums of a register's pixels,
// one row a filter, are transposed into pixels side by side before they are stored.
//
// A tile is 3 registers of pixels x 8 filters: 24 sums, 3 of pixels, 1 weight, 28 of 32 registers. A tap is
// 24 multiply-adds for 8 weights and 3 (at stride 2: 6) loads of pixels, where the tile of a filter block
// would load as often as it multiplies.
#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/conv/filters.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/transpose.h"

#ifdef NIGHTJAR_NARROW_BLOCK
namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr int narrow = NIGHTJAR_NARROW_BLOCK;
constexpr int tile_registers = 3;

struct Row {
  const float *in, *weights, *bias;  // `in`: first tap of the first pixel
  int channels, size;
  std::ptrdiff_t plane, row;  // of the input
};

template <int stride>
NIGHTJAR_INLINE Vec load_pixels(const float* p) {
  return stride == 1 ? load(p) : load_every_second(p);
}

// `n` registers of neighbouring pixels, one beside the other.
template <int stride, int n>
void tile(const Row& row, const Epilogue& epilogue, float* out) {
  Vec sums[n][narrow];
#pragma GCC unroll 8
  for (int f = 0; f < narrow; ++f) {
#pragma GCC unroll 3
    for (int r = 0; r < n; ++r) sums[r][f] = set(row.bias[f]);
  }
  const float* w = row.weights;
  for (int c = 0; c < row.channels; ++c) {
    for (int ky = 0; ky < row.size; ++ky) {
      const float* in = row.in + c * row.plane + ky * row.row;
      for (int kx = 0; kx < row.size; ++kx, ++in, w += narrow) {
        Vec x[n];
#pragma GCC unroll 3
        for (int r = 0; r < n; ++r) x[r] = load_pixels<stride>(in + r * stride * lanes);
#pragma GCC unroll 8
        for (int f = 0; f < narrow; ++f) {
          const Vec weight = set(w[f]);
#pragma GCC unroll 3
          for (int r = 0; r < n; ++r) sums[r][f] = fma(x[r], weight, sums[r][f]);
        }
      }
    }
  }
#pragma GCC unroll 3
  for (int r = 0; r < n; ++r) {
    Vec cells[1][narrow];
#pragma GCC unroll 8
    for (int f = 0; f < narrow; ++f) cells[0][f] = sums[r][f];
    transpose(cells[0]);
    float* to = out + r * lanes * narrow;
    finish(epilogue, cells, to, 0, to, 0);  // no residual is read: accepts()
  }
}

// A row's whole registers in tiles; the pixels behind them in a register that overlaps the last one.
template <int stride>
void run_row(const Row& row, int width, const Epilogue& epilogue, float* out) {
  const auto at = [&](int x, auto tile_of_some) {
    Row from = row;
    from.in += std::ptrdiff_t{x} * stride;
    tile_of_some(from, epilogue, out + std::ptrdiff_t{x} * narrow);
  };
  int x = 0;
  for (; x + tile_registers * lanes <= width; x += tile_registers * lanes)
    at(x, tile<stride, tile_registers>);
  for (; x + lanes <= width; x += lanes) at(x, tile<stride, 1>);
  if (x < width) at(width - lanes, tile<stride, 1>);
}

struct ConvNarrowPlanar : CpuKernelDefaults {
  using Op = ops::Conv;
  struct Prepared {
    Rows rows;
    Epilogue epilogue;
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_narrow_planar");

  // No residual: where registers overlap it could have been overwritten already.
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.stride_x == op.stride_y && (op.stride_x == 1 || op.stride_x == 2) && op.dilation == 1 &&
           op.groups == 1 && !op.residual && in_blocks(in[0], 1) && in_blocks(out, narrow) &&
           op.out.w >= lanes;
  }
  static double cycles(const Op& op, const Tensor&) {
    return .6 * blocked_floats(op, narrow) * op.out.h * ceil_div(op.out.w, lanes);
  }
  static int halo(const Op& op) { return op.pad; }
  static std::int64_t packed_bytes(const Op& op) {
    return blocked_floats(op, narrow) * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    pack_blocked(op, weights, narrow, static_cast<float*>(packed));
  }
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    p = {Rows(call), epilogue_of(op, call.out())};
    return {1, {p.rows.items()}};
  }

  static void run(const Op& op, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    const auto run_row_of_stride = op.stride_x == 1 ? run_row<1> : run_row<2>;
    p.rows.each(begin, end, [&](int n, int filter, int y) {
      const float* packed =
          call.packed_as<float>() + std::int64_t{filter} * (1 + op.in.c * op.size * op.size);
      const Row row{in.at(n, 0, 0, 0) + (y * op.stride_y - op.pad) * in.row - op.pad,
                    packed + narrow,
                    packed,
                    op.in.c,
                    op.size,
                    in.plane,
                    in.row};
      run_row_of_stride(row, op.out.w, p.epilogue, out.at(n, filter, y, 0));
    });
    if (p.epilogue.stream) end_streams();
  }
};

}  // namespace

constexpr CpuKernel conv_narrow_planar = cpu_kernel<ConvNarrowPlanar>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
#endif
