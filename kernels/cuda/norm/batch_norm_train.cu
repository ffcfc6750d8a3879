// Batch normalisation by the batch's own mean and variance: sums, what follows from them for each channel,
// and a pass over the values.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/norm/channel_sums.cuh"
#include "kernels/ops/batch_norm_train.h"

namespace nightjar::cuda {
namespace {

using Train = ops::BatchNormTrain;

// Squares of floats are exact in double: the mean's can be taken off at the end.
template <class T>
struct MomentsTerm {
  static constexpr int count = 2;
  View<const T> image;
  NIGHTJAR_DEVICE void add(int, int pixel, int channel, double (&sums)[count]) const {
    const double value = to_float(image.at(pixel, channel)[0]);
    sums[0] += value;
    sums[1] += value * value;
  }
};

// What a pass over the values takes of a channel, floats in the workspace behind the sums:
// in -> (in - mean) * factor + shift.
constexpr int line_floats = 3;

struct ChannelArguments {
  PartialSums partials;
  Global<const float> biases, scales, rolling_mean, rolling_variance;
  Global<float> next_mean, next_variance, moments, lines;
  Train::Form form;
  float share;
  double elements;
};

NIGHTJAR_DEVICE void keep(Global<float> to, double moment) {
  const float whole = static_cast<float>(moment);
  to[0] = whole;
  to[1] = static_cast<float>(moment - whole);
}

NIGHTJAR_DEVICE float rolled(double share, float before, double value) {
  return static_cast<float>((1 - share) * before + share * value);
}

__global__ void __launch_bounds__(finish_threads) batch_norm_channels_kernel(const ChannelArguments a) {
  const int c = own_channel();
  if (c >= a.partials.channels) return;
  const double sum = a.partials.total(0, 0, c), mean = sum / a.elements;
  const double squares = a.partials.total(0, 1, c) - sum * mean;
  const double variance = a.elements > 1 && squares > 0 ? squares / (a.elements - 1) : 0;
  const float scale = a.scales[c], bias = a.biases[c];
  const double factor = scale / Train::deviation(a.form, variance, a.elements);
  const float rounded = static_cast<float>(mean);
  const Global<float> line = a.lines + c * line_floats;
  line[0] = rounded;
  line[1] = static_cast<float>(factor);
  line[2] = static_cast<float>(bias - (mean - rounded) * factor);
  a.next_mean[c] = rolled(a.share, a.rolling_mean[c], mean);
  a.next_variance[c] = rolled(a.share, a.rolling_variance[c], variance);
  keep(a.moments + c * Train::Moments::floats, mean);
  keep(a.moments + (c * Train::Moments::floats + 2), variance);
}

template <class T>
struct ApplyArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  Global<const float> lines;
  Activation activation;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) batch_norm_apply_kernel(const ApplyArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> values = load<width>(a.in.at(pixel, channel));
  float results[width];
#pragma unroll
  for (int i = 0; i < width; ++i) {
    const Global<const float> line = a.lines + (channel + i) * line_floats;
    results[i] = fmaf(to_float(values.v[i]) - line[0], line[1], line[2]);
  }
  activate(a.activation, results);
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) result.v[i] = from_float<T>(results[i]);
  store<width>(a.out.at(pixel, channel), result);
}

struct BatchNormTrain : CudaKernelDefaults {
  using Op = Train;
  static constexpr const char* name = "batch_norm_train";
  static constexpr bool depends_on_batch = true;
  struct Prepared {
    ChannelSumsLaunch<MomentsTerm<float>> sums;
    PreparedLaunch<sizeof(ChannelArguments)> channels;
    PreparedLaunch<sizeof(ApplyArguments<float>)> apply;
  };

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return sums_microseconds(out, 3, 3);
  }
  static std::int64_t lines_at(const Op& op) { return partial_sums_bytes(1, 2, op.shape.c); }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device&) {
    return lines_at(op) + std::int64_t{4} * line_floats * op.shape.c;
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const auto in = [&](int i) { return static_cast<const float*>(call.in[i].data); };
    const auto out = [&](int i) { return static_cast<float*>(call.outs[i].data); };
    const Tensor& image = call.in[0];
    auto* lines = workspace_at<float>(call.workspace, lines_at(op));
    const PartialSums partials = partial_sums(call.workspace, image, MomentsTerm<float>::count);
    Status status = with_type(image.type, [&](auto type) {
      const MomentsTerm<decltype(type)> term{view<const decltype(type)>(image)};
      return prepare_channel_sums(term, image, partials, 1, prepared.sums);
    });
    if (status != 0) return status;
    const ChannelArguments a{partials, in(1),  in(2), in(3),   in(4),    out(1),
                             out(2),   out(3), lines, op.form, op.share, static_cast<double>(image.pixels())};
    status = prepared.channels.prepare(batch_norm_channels_kernel, finish_launch(op.shape.c), a);
    if (status != 0) return status;
    return with_packs({&image, 1, call.outs, nullptr}, [&](auto type, auto width) {
      using T = decltype(type);
      const ApplyArguments<T> b{EachPack(call.out(), width), view<const T>(image), view<T>(call.out()), lines,
                                op.activation};
      return prepared.apply.prepare(batch_norm_apply_kernel<T, width.value>, b.each.early_launch(), b);
    });
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    Status status = prepared.sums.start(call.stream);
    if (status == 0) status = prepared.channels.start(call.stream);
    return status != 0 ? status : prepared.apply.start(call.stream);
  }
};

}  // namespace

const CudaKernel batch_norm_train = cuda_kernel<BatchNormTrain>();

}  // namespace nightjar::cuda
