// Maxima over channels that are equal modulo the output's count.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/max_pool_depth.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct DepthArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  int in_channels, channels;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) maxpool_depth_kernel(const DepthArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  float largest = -3.402823466e38f;
  for (int c = channel; c < a.in_channels; c += a.channels)
    largest = fmaxf(largest, to_float(a.in.at(pixel, c)[0]));
  a.out.at(pixel, channel)[0] = from_float<T>(largest);
}

struct MaxPoolDepth : OneLaunch<DepthArguments<float>> {
  using Op = ops::MaxPoolDepth;
  static constexpr const char* name = "maxpool_depth";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, 1 + ceil_div(op.in.c, op.out.c));
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const DepthArguments<T> a{EachPack(call.out(), 1), view<const T>(call.in[0]), view<T>(call.out()),
                                op.in.c, op.out.c};
      return prepared.prepare(maxpool_depth_kernel<T>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel maxpool_depth = cuda_kernel<MaxPoolDepth>();

}  // namespace nightjar::cuda
