// Repeats every cell, or sums up squares of them.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/upsample.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct UpsampleArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  int in_h, in_w, cells;  // cells that are summed along each axis: 1, or the stride
  Divider by_plane, by_row, by_stride;
  float scale;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) upsample_kernel(const UpsampleArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  int x, rest;
  const int n = a.by_plane.divide(pixel, rest), y = a.by_row.divide(rest, x);
  const int top = a.cells > 1 ? y * a.cells : a.by_stride.quotient(y);
  const int left = a.cells > 1 ? x * a.cells : a.by_stride.quotient(x);
  float sums[width] = {};
  for (int cell = 0; cell < a.cells * a.cells; ++cell) {
    const int in_y = top + cell / a.cells, in_x = left + cell % a.cells;
    const Pack<T, width> values = load<width>(a.in.at((n * a.in_h + in_y) * a.in_w + in_x, channel));
#pragma unroll
    for (int i = 0; i < width; ++i) sums[i] += to_float(values.v[i]);
  }
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) result.v[i] = from_float<T>(a.scale * sums[i]);
  store<width>(a.out.at(pixel, channel), result);
}

struct Upsample : OneLaunch<UpsampleArguments<float>> {
  using Op = ops::Upsample;
  static constexpr const char* name = "upsample";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const UpsampleArguments<T> a{EachPack(call.out(), width),
                                   view<const T>(call.in[0]),
                                   view<T>(call.out()),
                                   op.in.h,
                                   op.in.w,
                                   op.down ? op.stride : 1,
                                   Divider(op.out.h * op.out.w),
                                   Divider(op.out.w),
                                   Divider(op.stride),
                                   op.scale};
      return prepared.prepare(upsample_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel upsample = cuda_kernel<Upsample>();

}  // namespace nightjar::cuda
