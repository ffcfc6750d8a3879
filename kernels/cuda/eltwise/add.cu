// Sums of tensors, weighted or not, of one size or of several (kernels/ops/add.h).
#include "kernels/ops/add.h"

#include "kernels/cuda/eltwise/sources.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct AddArguments {
  EachPack each;
  View<T> out;
  int channels;
  Source<T> sources[max_sources];
  int inputs;
  Global<const float> weights;  // (inputs, c), normalised; null: all one
  Activation activation;
};

template <int width, class T>
NIGHTJAR_DEVICE void accumulate(const Source<T>& s, Global<const float> weights, int pixel, int channel,
                                float (&sums)[width]) {
  const int from = s.pixel_at(pixel, channel);
  if (from < 0) return;
  const Pack<T, width> values = load<width>(s.view.at(from, channel));
#pragma unroll
  for (int i = 0; i < width; ++i) {
    const float weight = weights ? static_cast<float>(weights[channel + i]) : 1.f;
    sums[i] += weight * to_float(values.v[i]);
  }
}

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) add_kernel(const AddArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  float sums[width] = {};
  for (int s = 0; s < a.inputs; ++s) {
    const Global<const float> weights = a.weights ? a.weights + s * a.channels : a.weights;
    accumulate<width>(a.sources[s], weights, pixel, channel, sums);
  }
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) result.v[i] = from_float<T>(activate(a.activation, sums[i]));
  store<width>(a.out.at(pixel, channel), result);
}

struct Add : OneLaunch<AddArguments<float>> {
  using Op = ops::Add;
  static constexpr const char* name = "add";

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.inputs() <= max_sources && accepts_all(in, op.inputs(), out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, op.inputs() + 1);
  }

  static std::int64_t packed_bytes(const Op& op) { return source_weights_bytes(op); }
  static void pack(const Op& op, Weights weights, void* packed) { pack_source_weights(op, weights, packed); }

  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      AddArguments<T> a{};
      a.each = EachPack(call.out(), width);
      a.out = view<T>(call.out());
      a.channels = op.shape().c;
      a.inputs = op.inputs();
      for (int i = 0; i < a.inputs; ++i) a.sources[i] = source_of<T>(op, i, call.in[i]);
      if (is_weighted(op)) a.weights = call.packed_as<float>();
      a.activation = op.activation;
      return prepared.prepare(add_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel add = cuda_kernel<Add>();

}  // namespace nightjar::cuda
