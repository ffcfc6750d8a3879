// Products: by one factor a channel (squeeze and excitation), a pixel, or a value.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/multiply.h"

namespace nightjar::cuda {
namespace {

using Factor = ops::Multiply::Factor;

template <class T>
struct MultiplyArguments {
  EachPack each;
  View<const T> factor, in;
  View<T> out;
  Divider by_plane;
  Factor kind;
  Activation activation;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) multiply_kernel(const MultiplyArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  Pack<T, width> factors;
  if (a.kind == Factor::per_pixel) {
    const T factor = a.factor.at(pixel, 0)[0];
#pragma unroll
    for (int i = 0; i < width; ++i) factors.v[i] = factor;
  } else {
    const int from = a.kind == Factor::full ? pixel : a.by_plane.quotient(pixel);
    factors = load<width>(a.factor.at(from, channel));
  }
  const Pack<T, width> values = load<width>(a.in.at(pixel, channel));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) {
    result.v[i] = from_float<T>(activate(a.activation, to_float(factors.v[i]) * to_float(values.v[i])));
  }
  store<width>(a.out.at(pixel, channel), result);
}

struct Multiply : OneLaunch<MultiplyArguments<float>> {
  using Op = ops::Multiply;
  static constexpr const char* name = "multiply";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 2, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 3);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    // A factor a pixel is read alone, whatever its stride.
    nightjar::Call packed_inputs = call;
    if (op.factor == Factor::per_pixel) packed_inputs.in = call.in + 1, packed_inputs.inputs = 1;
    return with_packs(packed_inputs, [&](auto type, auto width) {
      using T = decltype(type);
      const MultiplyArguments<T> a{EachPack(call.out(), width),
                                   view<const T>(call.in[0]),
                                   view<const T>(call.in[1]),
                                   view<T>(call.out()),
                                   Divider(op.shape.h * op.shape.w),
                                   op.factor,
                                   op.activation};
      return prepared.prepare(multiply_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel multiply = cuda_kernel<Multiply>();

}  // namespace nightjar::cuda
