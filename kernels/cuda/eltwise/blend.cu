// What two gates let through of two values (kernels/ops/blend.h), and its gradients.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/blend.h"
#include "kernels/ops/gradients/blend_gradient.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct BlendArguments {
  EachPack each;
  View<const T> share, first, other, second;
  View<T> out;
  bool rest;  // `other` is not looked at
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) blend_kernel(const BlendArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> shares = load<width>(a.share.at(pixel, channel));
  const Pack<T, width> firsts = load<width>(a.first.at(pixel, channel));
  const Pack<T, width> others = a.rest ? shares : load<width>(a.other.at(pixel, channel));
  const Pack<T, width> seconds = load<width>(a.second.at(pixel, channel));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) {
    const float share = to_float(shares.v[i]), other = a.rest ? 1.f - share : to_float(others.v[i]);
    result.v[i] = from_float<T>(fmaf(share, to_float(firsts.v[i]), other * to_float(seconds.v[i])));
  }
  store<width>(a.out.at(pixel, channel), result);
}

struct Blend : OneLaunch<BlendArguments<float>> {
  using Op = ops::Blend;
  static constexpr const char* name = "blend";

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return accepts_all(in, op.inputs(), out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, op.inputs() + 1);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const BlendArguments<T> a{EachPack(call.out(), width),
                                view<const T>(call.in[0]),
                                view<const T>(call.in[1]),
                                view<const T>(call.in[2]),
                                view<const T>(call.in[call.inputs - 1]),
                                view<T>(call.out()),
                                op.rest};
      return prepared.prepare(blend_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

template <class T>
struct BlendGradientArguments {
  EachPack each;
  View<const T> share, first, second, gradient;
  View<T> by_share, by_first, by_second;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads)
    blend_gradient_kernel(const BlendGradientArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> shares = load<width>(a.share.at(pixel, channel));
  const Pack<T, width> firsts = load<width>(a.first.at(pixel, channel));
  const Pack<T, width> seconds = load<width>(a.second.at(pixel, channel));
  const Pack<T, width> gradients = load<width>(a.gradient.at(pixel, channel));
  Pack<T, width> by_share, by_first, by_second;
#pragma unroll
  for (int i = 0; i < width; ++i) {
    const float share = to_float(shares.v[i]), gradient = to_float(gradients.v[i]);
    by_share.v[i] = from_float<T>(gradient * (to_float(firsts.v[i]) - to_float(seconds.v[i])));
    by_first.v[i] = from_float<T>(gradient * share);
    by_second.v[i] = from_float<T>(gradient * (1.f - share));
  }
  store<width>(a.by_share.at(pixel, channel), by_share);
  store<width>(a.by_first.at(pixel, channel), by_first);
  store<width>(a.by_second.at(pixel, channel), by_second);
}

struct BlendGradient : OneLaunch<BlendGradientArguments<float>> {
  using Op = ops::BlendGradient;
  static constexpr const char* name = "blend_gradient";

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 7);
  }
  static Status prepare(const Op&, const Call& call, Prepared& prepared) {
    constexpr int outputs = 3;
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      return with_packs_of<T>(call, outputs, [&](auto width) {
        const BlendGradientArguments<T> a{EachPack(call.out(), width), view<const T>(call.in[0]),
                                          view<const T>(call.in[1]),   view<const T>(call.in[2]),
                                          view<const T>(call.in[3]),   view<T>(call.outs[0]),
                                          view<T>(call.outs[1]),       view<T>(call.outs[2])};
        return prepared.prepare(blend_gradient_kernel<T, width.value>, a.each.early_launch(), a);
      });
    });
  }
};

}  // namespace

const CudaKernel blend = cuda_kernel<Blend>();
const CudaKernel blend_gradient = cuda_kernel<BlendGradient>();

}  // namespace nightjar::cuda
