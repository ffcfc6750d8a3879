// What treats every value of a channel alike: activations, and batch normalisations that no convolution took
// in.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/activate.h"
#include "kernels/ops/batch_norm.h"

#include <cmath>

namespace nightjar::cuda {
namespace {

template <class T>
struct AffineArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  Global<const float> scale, shift;  // one a channel; null: none
  Activation activation;
};

// out = act(scale[c] * in + shift[c])
template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) affine_kernel(const AffineArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> values = load<width>(a.in.at(pixel, channel));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) {
    float value = to_float(values.v[i]);
    if (a.scale) value = fmaf(a.scale[channel + i], value, a.shift[channel + i]);
    result.v[i] = from_float<T>(activate(a.activation, value));
  }
  store<width>(a.out.at(pixel, channel), result);
}

using Affine = OneLaunch<AffineArguments<float>>;

Status prepare_affine(const Call& call, const float* scale, const float* shift, Activation activation,
                      Affine::Prepared& prepared) {
  return with_packs(call, [&](auto type, auto width) {
    using T = decltype(type);
    const AffineArguments<T> a{EachPack(call.out(), width),
                               view<const T>(call.in[0]),
                               view<T>(call.out()),
                               scale,
                               shift,
                               activation};
    return prepared.prepare(affine_kernel<T, width.value>, a.each.early_launch(), a);
  });
}

struct Activate : Affine {
  using Op = ops::Activate;
  static constexpr const char* name = "activate";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return prepare_affine(call, nullptr, nullptr, op.activation, prepared);
  }
};

struct BatchNorm : Affine {
  using Op = ops::BatchNorm;
  static constexpr const char* name = "batchnorm";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static std::int64_t packed_bytes(const Op& op) { return std::int64_t{8} * op.shape.c; }
  // All scales, then all shifts.
  static void pack(const Op& op, Weights weights, void* packed) {
    const float *bias = weights[0], *scale = weights[1], *mean = weights[2], *variance = weights[3];
    auto* to = static_cast<float*>(packed);
    for (int c = 0; c < op.shape.c; ++c) {
      const double factor = scale[c] / std::sqrt(variance[c] + Op::epsilon);
      to[c] = static_cast<float>(factor);
      to[op.shape.c + c] = static_cast<float>(bias[c] - factor * mean[c]);
    }
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const auto* scale = call.packed_as<float>();
    return prepare_affine(call, scale, scale + op.shape.c, Activation::linear, prepared);
  }
};

}  // namespace

const CudaKernel activate_each = cuda_kernel<Activate>();
const CudaKernel batchnorm = cuda_kernel<BatchNorm>();

}  // namespace nightjar::cuda
