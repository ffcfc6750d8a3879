// A pass over the output of a library's convolution, which knows fewer activations than Darknet, or no
// residual add in Darknet's order.
#include "kernels/cuda/conv/finish.h"

#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"

namespace nightjar::cuda {
namespace {

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads)
    finish_convolution_kernel(const EachPack each, const ConvOutput<T> output) {
  int pixel, filter;
  if (!own_pack<width>(each, pixel, filter)) return;
  const Pack<T, width> values = load<width>(output.out + (pixel * output.out_pixel + filter));
  Pack<float, width> sums;
#pragma unroll
  for (int i = 0; i < width; ++i) sums.v[i] = to_float(values.v[i]);
  store_pixel<width>(output, sums, pixel, filter);
}

template <class T, int width>
Status launch_as(const ConvOutput<T>& output, const Call& call) {
  const EachPack each(call.out, width);
  return launch(finish_convolution_kernel<T, width>, each.launch(), call.stream, each, output);
}

}  // namespace

Status finish_convolution(const ops::Conv& op, const Call& call) {
  return with_type(call.out.type, [&](auto type) {
    using T = decltype(type);
    const ConvOutput<T> output = conv_output<T>(op, call);
    return output.packs ? launch_as<T, 16 / sizeof(T)>(output, call) : launch_as<T, 1>(output, call);
  });
}

}  // namespace nightjar::cuda
