// Maxima over channels that are equal modulo the output's count.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

template <class T>
__global__ void __launch_bounds__(each_pack_threads)
    maxpool_depth_kernel(const EachPack each, const View<const T> in, const View<T> out, int in_channels,
                         int channels) {
  int pixel, channel;
  if (!own_pack<1>(each, pixel, channel)) return;
  float largest = -3.402823466e38f;
  for (int c = channel; c < in_channels; c += channels)
    largest = fmaxf(largest, to_float(in.at(pixel, c)[0]));
  out.at(pixel, channel)[0] = from_float<T>(largest);
}

struct MaxPoolDepth : CudaKernelDefaults {
  using Op = ops::MaxPoolDepth;
  static constexpr const char* name = "maxpool_depth";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, 1 + ceil_div(op.in.c, op.out.c));
  }
  static Status launch(const Op& op, const Call& call) {
    return with_type(call.out.type, [&](auto type) {
      using T = decltype(type);
      const EachPack each(call.out, 1);
      return cuda::launch(maxpool_depth_kernel<T>, each.launch(), call.stream, each,
                          view<const T>(call.in[0]), view<T>(call.out), op.in.c, op.out.c);
    });
  }
};

}  // namespace

const CudaKernel maxpool_depth = cuda_kernel<MaxPoolDepth>();

}  // namespace nightjar::cuda
