// Gradients of sums that are no plain ones: by a source, and by the weights of the sources.
#include "kernels/cuda/eltwise/sources.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/norm/channel_sums.cuh"
#include "kernels/ops/gradients/add_source_gradient.h"
#include "kernels/ops/gradients/add_weights_gradient.h"

namespace nightjar::cuda {
namespace {

using Normalization = ops::Add::Normalization;

template <class T>
struct SourceArguments {
  EachPack each;
  View<const T> gradient;
  View<T> out;
  Global<const float> weights;  // of the source, by channel; null: all one
  Shape sum;
  int stride, sample;
  Divider by_plane, by_row;  // of the source
};

// A cell of the source was added at one cell of the sum at most.
template <class T>
__global__ void __launch_bounds__(each_pack_threads) add_source_gradient_kernel(const SourceArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  int x, rest;
  const int n = a.by_plane.divide(pixel, rest), y = a.by_row.divide(rest, x);
  const int row = y / a.stride * a.sample, column = x / a.stride * a.sample;
  const bool was_added =
      y % a.stride == 0 && x % a.stride == 0 && channel < a.sum.c && row < a.sum.h && column < a.sum.w;
  float value = 0.f;
  if (was_added) {
    const float weight = a.weights ? static_cast<float>(a.weights[channel]) : 1.f;
    value = weight * to_float(a.gradient.at((n * a.sum.h + row) * a.sum.w + column, channel)[0]);
  }
  a.out.at(pixel, channel)[0] = from_float<T>(value);
}

struct AddSourceGradient : OneLaunch<SourceArguments<float>> {
  using Op = ops::AddSourceGradient;
  static constexpr const char* name = "add_source_gradient";

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.add.inputs() <= max_sources && accepts_all(in, 1, out);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static std::int64_t packed_bytes(const Op& op) { return source_weights_bytes(op.add); }
  static void pack(const Op& op, Weights weights, void* packed) {
    pack_source_weights(op.add, weights, packed);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const Source<T> source = source_of<T>(op.add, op.source, call.out());
      SourceArguments<T> a{};
      a.each = EachPack(call.out(), 1);
      a.gradient = view<const T>(call.in[0]);
      a.out = view<T>(call.out());
      if (is_weighted(op.add)) a.weights = call.packed_as<float>() + op.source * op.add.shape().c;
      a.sum = op.add.shape();
      a.stride = source.stride, a.sample = source.sample;
      a.by_plane = Divider(source.shape.h * source.shape.w);
      a.by_row = Divider(source.shape.w);
      return prepared.prepare(add_source_gradient_kernel<T>, a.each.early_launch(), a);
    });
  }
};

// Items are sources: by a normalised weight, of all cells of a channel.
template <class T>
struct WeightTerm {
  static constexpr int count = 1;
  Source<T> sources[max_sources];
  View<const T> gradient;
  NIGHTJAR_DEVICE void add(int source, int pixel, int channel, double (&sums)[count]) const {
    const int from = sources[source].pixel_at(pixel, channel);
    if (from < 0) return;
    const double by = to_float(gradient.at(pixel, channel)[0]);
    sums[0] += by * to_float(sources[source].view.at(from, channel)[0]);
  }
};

struct ChannelArguments {
  PartialSums partials;
  Global<const float> weights;  // as stored, of all channels or by channel
  Global<double> gradients;     // by the stored weights: (sources, channels)
  int sources;
  Normalization normalization;  // none, too, where it counts as a constant
  bool per_channel;
};

// The formulas of kernels/reference/gradients/add_weights_gradient.cpp.
__global__ void __launch_bounds__(finish_threads) add_weights_channels_kernel(const ChannelArguments a) {
  const int c = own_channel(), channels = a.partials.channels;
  if (c >= channels) return;
  double shares[max_sources], largest = -1e300, sum = 1e-4, mean = 0;
  for (int i = 0; i < a.sources; ++i) {
    shares[i] = static_cast<float>(a.weights[a.per_channel ? i * channels + c : i]);
    if (shares[i] > largest) largest = shares[i];
  }
  for (int i = 0; i < a.sources; ++i) {
    shares[i] = a.normalization == Normalization::softmax ? exp(shares[i] - largest)
                : shares[i] > 0                           ? shares[i]
                                                          : 0.;
    sum += shares[i];
  }
  for (int i = 0; i < a.sources; ++i) mean += a.partials.total(i, 0, c) * shares[i] / sum;
  for (int i = 0; i < a.sources; ++i) {
    double gradient = a.partials.total(i, 0, c);
    if (a.normalization == Normalization::softmax) gradient = shares[i] / sum * (gradient - mean);
    if (a.normalization == Normalization::relu) gradient = shares[i] > 0 ? (gradient - mean) / sum : 0.;
    a.gradients[i * channels + c] = gradient;
  }
}

struct FinishArguments {
  Global<const double> gradients;
  Global<const float> so_far;
  Global<float> out;
  int weights, channels;  // channels that a weight is of
};

__global__ void __launch_bounds__(finish_threads) add_weights_gradient_kernel(const FinishArguments a) {
  const int weight = own_channel();
  if (weight >= a.weights) return;
  double sum = static_cast<float>(a.so_far[weight]);
  for (int c = 0; c < a.channels; ++c) sum += a.gradients[weight * a.channels + c];
  a.out[weight] = static_cast<float>(sum);
}

struct AddWeightsGradient : CudaKernelDefaults {
  using Op = ops::AddWeightsGradient;
  static constexpr const char* name = "add_weights_gradient";
  static constexpr bool depends_on_batch = true;
  struct Prepared {
    ChannelSumsLaunch<WeightTerm<float>> sums;
    PreparedLaunch<sizeof(ChannelArguments)> channels;
    PreparedLaunch<sizeof(FinishArguments)> finish;
  };

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return op.add.inputs() <= max_sources && accepts_operands(op, in, outs);
  }
  static double microseconds(const Op& op, const Tensor&, const Device&) {
    return 6 + double(op.add.shape().size()) * 8 * op.add.inputs() / 3e6;
  }
  static std::int64_t packed_bytes(const Op& op) { return 4 * op.add.weights_shape().size(); }
  static void pack(const Op& op, Weights weights, void* packed) {
    std::copy_n(weights[0], op.add.weights_shape().size(), static_cast<float*>(packed));
  }
  static std::int64_t gradients_at(const Op& op) {
    return partial_sums_bytes(op.add.inputs(), WeightTerm<float>::count, op.add.shape().c);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device&) {
    return gradients_at(op) + std::int64_t{8} * op.add.inputs() * op.add.shape().c;
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const int sources = op.add.inputs(), channels = op.add.shape().c;
    const Tensor& gradient = call.in[sources];
    const PartialSums partials = partial_sums(call.workspace, gradient, WeightTerm<float>::count);
    Status status = with_type(gradient.type, [&](auto type) {
      using T = decltype(type);
      WeightTerm<T> term{};
      for (int i = 0; i < sources; ++i) term.sources[i] = source_of<T>(op.add, i, call.in[i]);
      term.gradient = view<const T>(gradient);
      return prepare_channel_sums(term, gradient, partials, sources, prepared.sums);
    });
    if (status != 0) return status;
    auto* gradients = workspace_at<double>(call.workspace, gradients_at(op));
    const bool per_channel = op.add.weights == ops::Add::Weights::per_channel;
    const ChannelArguments a{partials,
                             call.packed_as<float>(),
                             gradients,
                             sources,
                             op.add.constant_normalization ? Normalization::none : op.add.normalization,
                             per_channel};
    status = prepared.channels.prepare(add_weights_channels_kernel, finish_launch(channels), a);
    if (status != 0) return status;
    const int weights = static_cast<int>(op.add.weights_shape().size());
    const FinishArguments b{gradients, static_cast<const float*>(call.in[sources + 1].data),
                            static_cast<float*>(call.out().data), weights, per_channel ? 1 : channels};
    return prepared.finish.prepare(add_weights_gradient_kernel, finish_launch(weights), b);
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    Status status = prepared.sums.start(call.stream);
    if (status == 0) status = prepared.channels.start(call.stream);
    return status != 0 ? status : prepared.finish.start(call.stream);
  }
};

}  // namespace

const CudaKernel add_source_gradient = cuda_kernel<AddSourceGradient>();
const CudaKernel add_weights_gradient = cuda_kernel<AddWeightsGradient>();

}  // namespace nightjar::cuda
