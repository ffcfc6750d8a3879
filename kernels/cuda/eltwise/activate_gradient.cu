// Gradients through activations.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/gradients/activate_gradient.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct ActivateGradientArguments {
  EachPack each;
  View<const T> from, gradient;
  View<T> out;
  Activation activation;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads)
    activate_gradient_kernel(const ActivateGradientArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> from = load<width>(a.from.at(pixel, channel));
  const Pack<T, width> gradients = load<width>(a.gradient.at(pixel, channel));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i)
    result.v[i] = from_float<T>(to_float(gradients.v[i]) * slope(a.activation, to_float(from.v[i])));
  store<width>(a.out.at(pixel, channel), result);
}

struct ActivateGradient : OneLaunch<ActivateGradientArguments<float>> {
  using Op = ops::ActivateGradient;
  static constexpr const char* name = "activate_gradient";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 2, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 3);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const ActivateGradientArguments<T> a{EachPack(call.out(), width), view<const T>(call.in[0]),
                                           view<const T>(call.in[1]), view<T>(call.out()), op.activation};
      return prepared.prepare(activate_gradient_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel activate_gradient = cuda_kernel<ActivateGradient>();

}  // namespace nightjar::cuda
