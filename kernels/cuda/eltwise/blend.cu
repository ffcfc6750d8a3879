// What two gates let through of two values (kernels/ops/blend.h).
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/blend.h"

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

}  // namespace

const CudaKernel blend = cuda_kernel<Blend>();

}  // namespace nightjar::cuda
