// Gradients of means: over whole planes, where every cell has an equal share, and over windows, where a cell
// has its share of each that covers it.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/pool/covering.cuh"
#include "kernels/ops/gradients/avg_pool_gradient.h"
#include "kernels/ops/gradients/local_avg_pool_gradient.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct PlaneArguments {
  EachPack each;
  View<const T> gradient;
  View<T> out;
  Divider by_plane;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) avgpool_gradient_kernel(const PlaneArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> gradients = load<width>(a.gradient.at(a.by_plane.quotient(pixel), channel));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i)
    result.v[i] = from_float<T>(to_float(gradients.v[i]) / static_cast<float>(a.by_plane.divisor));
  store<width>(a.out.at(pixel, channel), result);
}

struct AvgPoolGradient : OneLaunch<PlaneArguments<float>> {
  using Op = ops::AvgPoolGradient;
  static constexpr const char* name = "avgpool_gradient";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 1);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const PlaneArguments<T> a{EachPack(call.out(), width), view<const T>(call.in[0]), view<T>(call.out()),
                                Divider(op.in.h * op.in.w)};
      return prepared.prepare(avgpool_gradient_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

template <class T>
struct WindowArguments {
  EachPack each;
  View<const T> gradient;
  View<T> out;
  CoveringWindows windows;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads)
    local_avgpool_gradient_kernel(const WindowArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  float sums[width] = {};
  a.windows.each(pixel, [&](int window, int cells) {
    const Pack<T, width> gradients = load<width>(a.gradient.at(window, channel));
#pragma unroll
    for (int i = 0; i < width; ++i) sums[i] += to_float(gradients.v[i]) / static_cast<float>(cells);
  });
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) result.v[i] = from_float<T>(sums[i]);
  store<width>(a.out.at(pixel, channel), result);
}

struct LocalAvgPoolGradient : OneLaunch<WindowArguments<float>> {
  using Op = ops::LocalAvgPoolGradient;
  static constexpr const char* name = "local_avgpool_gradient";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, 1 + op.pool.size * op.pool.size);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const WindowArguments<T> a{EachPack(call.out(), width), view<const T>(call.in[0]), view<T>(call.out()),
                                 CoveringWindows(op.pool)};
      return prepared.prepare(local_avgpool_gradient_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel avgpool_gradient = cuda_kernel<AvgPoolGradient>();
const CudaKernel local_avgpool_gradient = cuda_kernel<LocalAvgPoolGradient>();

}  // namespace nightjar::cuda
