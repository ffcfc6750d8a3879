// The gradient of batch normalisation and the activation behind it: sums, what follows from them for each
// channel, and a pass over the values.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/norm/channel_sums.cuh"
#include "kernels/ops/gradients/batch_norm_gradient.h"

namespace nightjar::cuda {
namespace {

using Train = ops::BatchNormTrain;
using Channel = ops::BatchNormGradient::Channel;

// The values of a pixel and channel as both passes need them.
template <class T>
struct Operands {
  View<const T> image, gradient, activated;
  Global<const float> moments;
  Activation activation;

  // By what went into the activation.
  NIGHTJAR_DEVICE float inner(T gradient_after, T activated_value) const {
    const float after = to_float(gradient_after);
    return activation == Activation::linear ? after : after * slope(activation, to_float(activated_value));
  }
  // Of a value from the mean.
  NIGHTJAR_DEVICE float distance(T value, int channel) const {
    const Global<const float> mean = moments + channel * Train::Moments::floats;
    return (to_float(value) - mean[0]) - mean[1];
  }
};

template <class T>
struct GradientTerm {
  static constexpr int count = 2;
  Operands<T> of;
  NIGHTJAR_DEVICE void add(int, int pixel, int channel, double (&sums)[count]) const {
    const double gradient = of.inner(of.gradient.at(pixel, channel)[0], of.activated.at(pixel, channel)[0]);
    sums[0] += gradient;
    sums[1] += gradient * of.distance(of.image.at(pixel, channel)[0], channel);
  }
};

// What a pass over the values takes of a channel, floats in the workspace behind the sums.
constexpr int line_floats = 3;

struct ChannelArguments {
  PartialSums partials;
  Global<const float> scales, moments, scales_sum, biases_sum;
  Global<float> next_scales_sum, next_biases_sum, lines;
  Train::Form form;
  double elements;
};

__global__ void __launch_bounds__(finish_threads)
    batch_norm_gradient_channels_kernel(const ChannelArguments a) {
  const int c = own_channel();
  if (c >= a.partials.channels) return;
  const double sum = a.partials.total(0, 0, c), products = a.partials.total(0, 1, c);
  const Global<const float> kept = a.moments + c * Train::Moments::floats;
  const float whole = kept[2], rest = kept[3], scale = a.scales[c];
  const Channel channel{a.form, a.elements, static_cast<double>(whole) + rest, scale};
  const Channel::Linear of = channel.linear(sum, products);
  const Global<float> line = a.lines + c * line_floats;
  line[0] = static_cast<float>(of.factor);
  line[1] = static_cast<float>(of.of_distance);
  line[2] = static_cast<float>(of.rest);
  const float scales_sum = a.scales_sum[c], biases_sum = a.biases_sum[c];
  a.next_scales_sum[c] = static_cast<float>(scales_sum + products / channel.deviation());
  a.next_biases_sum[c] = static_cast<float>(biases_sum + sum);
}

template <class T>
struct ApplyArguments {
  EachPack each;
  Operands<T> of;
  View<T> out;
  Global<const float> lines;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads)
    batch_norm_gradient_apply_kernel(const ApplyArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<T, width> image = load<width>(a.of.image.at(pixel, channel));
  const Pack<T, width> gradient = load<width>(a.of.gradient.at(pixel, channel));
  const Pack<T, width> activated = load<width>(a.of.activated.at(pixel, channel));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) {
    const Global<const float> line = a.lines + (channel + i) * line_floats;
    const float distance = a.of.distance(image.v[i], channel + i);
    const float inner = a.of.inner(gradient.v[i], activated.v[i]);
    result.v[i] = from_float<T>(fmaf(inner, line[0], fmaf(distance, line[1], line[2])));
  }
  store<width>(a.out.at(pixel, channel), result);
}

struct BatchNormGradient : CudaKernelDefaults {
  using Op = ops::BatchNormGradient;
  static constexpr const char* name = "batch_norm_gradient";
  static constexpr bool depends_on_batch = true;
  struct Prepared {
    ChannelSumsLaunch<GradientTerm<float>> sums;
    PreparedLaunch<sizeof(ChannelArguments)> channels;
    PreparedLaunch<sizeof(ApplyArguments<float>)> apply;
  };

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return sums_microseconds(out, 6, 3);
  }
  static std::int64_t lines_at(const Op& op) { return partial_sums_bytes(1, 2, op.shape.c); }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device&) {
    return lines_at(op) + std::int64_t{4} * line_floats * op.shape.c;
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type,
                     [&](auto type) { return prepare_as<decltype(type)>(op, call, prepared); });
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    Status status = prepared.sums.start(call.stream);
    if (status == 0) status = prepared.channels.start(call.stream);
    return status != 0 ? status : prepared.apply.start(call.stream);
  }

 private:
  template <class T>
  static Status prepare_as(const Op& op, const Call& call, Prepared& prepared) {
    const bool linear = op.activation == Activation::linear;
    const int images = linear ? 2 : 3;  // what there is once comes behind
    const auto once = [&](int i) { return static_cast<float*>(call.in[images + i].data); };
    const auto out = [&](int i) { return static_cast<float*>(call.outs[i].data); };
    const Tensor& image = call.in[0];
    const Operands<T> of{view<const T>(image), view<const T>(call.in[1]), view<const T>(call.in[images - 1]),
                         once(1), op.activation};
    auto* lines = workspace_at<float>(call.workspace, lines_at(op));
    const PartialSums partials = partial_sums(call.workspace, image, GradientTerm<T>::count);
    Status status = prepare_channel_sums(GradientTerm<T>{of}, image, partials, 1, prepared.sums);
    if (status != 0) return status;
    const ChannelArguments a{partials, once(0), once(1), once(2), once(3),
                             out(1),   out(2),  lines,   op.form, static_cast<double>(image.pixels())};
    status = prepared.channels.prepare(batch_norm_gradient_channels_kernel, finish_launch(op.shape.c), a);
    if (status != 0) return status;
    return with_packs_of<T>({call.in, images, call.outs, nullptr}, [&](auto width) {
      const ApplyArguments<T> b{EachPack(call.out(), width), of, view<T>(call.out()), lines};
      return prepared.apply.prepare(batch_norm_gradient_apply_kernel<T, width.value>, b.each.early_launch(),
                                    b);
    });
  }
};

}  // namespace

const CudaKernel batch_norm_gradient = cuda_kernel<BatchNormGradient>();

}  // namespace nightjar::cuda
