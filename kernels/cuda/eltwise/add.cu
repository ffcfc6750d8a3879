// Sums of tensors, weighted or not, of one size or of several (kernels/ops/add.h).
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/add.h"

#include <algorithm>
#include <cmath>

namespace nightjar::cuda {
namespace {

constexpr int max_inputs = 8;

// An input, and how its cells meet the output's: every `stride`th of a larger one, or every `sample`th of the
// output.
template <class T>
struct Source {
  View<const T> view;
  Shape shape;
  int stride, sample;
  bool same;  // in shape
};

template <class T>
struct AddArguments {
  EachPack each;
  View<T> out;
  Shape shape;
  Divider by_plane, by_row;
  Source<T> sources[max_inputs];
  int inputs;
  Global<const float> weights;  // (inputs, c), normalised; null: all one
  Activation activation;
};

template <int width, class T>
NIGHTJAR_DEVICE void accumulate(const AddArguments<T>& a, const Source<T>& s, Global<const float> weights,
                                int pixel, int channel, float (&sums)[width]) {
  int from = pixel;
  if (!s.same) {
    int x, rest;
    const int n = a.by_plane.divide(pixel, rest), y = a.by_row.divide(rest, x);
    if (y % s.sample != 0 || x % s.sample != 0) return;
    const int row = y / s.sample, column = x / s.sample;
    if (channel >= s.shape.c || row >= s.shape.h || column >= s.shape.w) return;
    from = (n * s.shape.h + row * s.stride) * s.shape.w + column * s.stride;
  }
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
    const Global<const float> weights = a.weights ? a.weights + s * a.shape.c : a.weights;
    accumulate<width>(a, a.sources[s], weights, pixel, channel, sums);
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
    return op.inputs() <= max_inputs && accepts_all(in, op.inputs(), out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, op.inputs() + 1);
  }

  static bool weighted(const Op& op) { return op.weights != Op::Weights::none; }
  static std::int64_t packed_bytes(const Op& op) {
    return weighted(op) ? std::int64_t{4} * op.inputs() * op.shape().c : 0;
  }
  // One weight an input and channel, normalised over the inputs.
  static void pack(const Op& op, Weights weights, void* packed) {
    if (!weighted(op)) return;
    auto* to = static_cast<float*>(packed);
    const int channels = op.shape().c, inputs = op.inputs();
    for (int c = 0; c < channels; ++c) {
      double values[max_inputs], largest = -1e300, sum = 0;
      for (int i = 0; i < inputs; ++i) {
        values[i] = weights[0][op.weights == Op::Weights::per_channel ? i * channels + c : i];
        largest = std::max(largest, values[i]);
      }
      for (int i = 0; i < inputs; ++i) {
        if (op.normalization == Op::Normalization::relu) values[i] = std::max(values[i], 0.);
        if (op.normalization == Op::Normalization::softmax) values[i] = std::exp(values[i] - largest);
        sum += values[i];
      }
      constexpr double floor = 1e-4;  // Darknet adds it to the sum that it divides by
      const double scale = op.normalization == Op::Normalization::none ? 1 : 1 / (sum + floor);
      for (int i = 0; i < inputs; ++i) to[i * channels + c] = static_cast<float>(values[i] * scale);
    }
  }

  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      AddArguments<T> a{};
      const Shape shape = op.shape();
      a.each = EachPack(call.out(), width);
      a.out = view<T>(call.out());
      a.shape = shape;
      a.by_plane = Divider(shape.h * shape.w);
      a.by_row = Divider(shape.w);
      a.inputs = op.inputs();
      for (int i = 0; i < a.inputs; ++i) {
        const Shape& s = op.sources[static_cast<std::size_t>(i)];
        a.sources[i] = {view<const T>(call.in[i]), s, std::max(1, s.w / shape.w), std::max(1, shape.w / s.w),
                        s == shape};
      }
      if (weighted(op)) a.weights = call.packed_as<float>();
      a.activation = op.activation;
      return prepared.prepare(add_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel add = cuda_kernel<Add>();

}  // namespace nightjar::cuda
