// A pass over the output of a library's convolution, which knows fewer activations than Darknet, or no
// residual add in Darknet's order.
#include "kernels/cuda/vendor/finish.h"

#include <cstring>

#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"

namespace nightjar::cuda {
namespace {

template <class T>
struct FinishArguments {
  EachPack each;
  ConvOutput<T> output;
};
using FinishLaunch = PreparedLaunch<sizeof(FinishArguments<float>)>;
static_assert(sizeof(FinishLaunch) <= sizeof(PreparedFinish) && alignof(FinishLaunch) <= 8);

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) finish_convolution_kernel(const FinishArguments<T> a) {
  int pixel, filter;
  if (!own_pack<width>(a.each, pixel, filter)) return;
  const Pack<T, width> values = load<width>(a.output.out + (pixel * a.output.out_pixel + filter));
  Pack<float, width> sums;
#pragma unroll
  for (int i = 0; i < width; ++i) sums.v[i] = to_float(values.v[i]);
  store_pixel<width>(a.output, sums, pixel, filter);
}

template <class T, int width>
Status prepare_as(const ConvOutput<T>& output, const Tensor& out, FinishLaunch& launch) {
  const FinishArguments<T> a{EachPack(out, width), output};
  return launch.prepare(finish_convolution_kernel<T, width>, a.each.early_launch(), a);
}

}  // namespace

Status prepare_finish(const ops::Conv& op, const Call& call, PreparedFinish& prepared) {
  FinishLaunch launch;
  const Status status = with_type(call.out().type, [&](auto type) {
    using T = decltype(type);
    const ConvOutput<T> output = conv_output<T>(op, call);
    return output.packs ? prepare_as<T, 16 / sizeof(T)>(output, call.out(), launch)
                        : prepare_as<T, 1>(output, call.out(), launch);
  });
  std::memcpy(prepared.launch, &launch, sizeof launch);
  return status;
}

Status finish_convolution(const PreparedFinish& prepared, Stream stream) {
  FinishLaunch launch;
  std::memcpy(&launch, prepared.launch, sizeof launch);
  return launch.start(stream);
}

}  // namespace nightjar::cuda
