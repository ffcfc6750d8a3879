// Values cut to an interval around 0, and the gradient of that.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/clamp.h"
#include "kernels/ops/gradients/clamp_gradient.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct ClampArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  float limit;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) clamp_kernel(const ClampArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> values = load<width>(a.in.at(pixel, channel));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i)
    result.v[i] = from_float<T>(fmaxf(fminf(to_float(values.v[i]), a.limit), -a.limit));
  store<width>(a.out.at(pixel, channel), result);
}

struct Clamp : OneLaunch<ClampArguments<float>> {
  using Op = ops::Clamp;
  static constexpr const char* name = "clamp";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const ClampArguments<T> a{EachPack(call.out(), width), view<const T>(call.in[0]), view<T>(call.out()),
                                op.limit};
      return prepared.prepare(clamp_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

template <class T>
struct ClampGradientArguments {
  EachPack each;
  View<const T> image, gradient;
  View<T> out;
  float limit;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads)
    clamp_gradient_kernel(const ClampGradientArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> values = load<width>(a.image.at(pixel, channel));
  Pack<T, width> gradients = load<width>(a.gradient.at(pixel, channel));
#pragma unroll
  for (int i = 0; i < width; ++i)
    if (fabsf(to_float(values.v[i])) > a.limit) gradients.v[i] = from_float<T>(0.f);
  store<width>(a.out.at(pixel, channel), gradients);
}

struct ClampGradient : OneLaunch<ClampGradientArguments<float>> {
  using Op = ops::ClampGradient;
  static constexpr const char* name = "clamp_gradient";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 2, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 3);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const ClampGradientArguments<T> a{EachPack(call.out(), width), view<const T>(call.in[0]),
                                        view<const T>(call.in[1]), view<T>(call.out()), op.limit};
      return prepared.prepare(clamp_gradient_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel clamp_each = cuda_kernel<Clamp>();
const CudaKernel clamp_gradient = cuda_kernel<ClampGradient>();

}  // namespace nightjar::cuda
