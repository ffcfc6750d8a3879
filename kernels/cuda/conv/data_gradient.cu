// The gradient by a convolution's image, of any kind: groups, dilation, unequal strides. A thread takes a
// value of the image and asks every tap which output cell it went to. Dense ones are deconv.cu's.
#include "kernels/cuda/conv/geometry.h"
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/gradients/conv_data_gradient.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct DataGradientArguments {
  EachPack each;
  View<const T> gradient;
  View<T> out;
  Global<const float> weights;  // (tap, filter of the group, channel of all)
  int in_w, out_h, out_w, size, stride_x, stride_y, pad, dilation, channels, filters;
  Divider by_plane, by_group;  // pixels of the image; channels of a group
};

// The output cell whose window has tap `tap` at `cell`; -1: none has.
NIGHTJAR_DEVICE int cell_of_window(int cell, int tap, int stride, int cells) {
  const int from = cell - tap;
  if (from < 0 || from % stride != 0) return -1;
  return from / stride < cells ? from / stride : -1;
}

template <class T>
__global__ void __launch_bounds__(each_pack_threads) data_gradient_kernel(const DataGradientArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  int cell;
  const int n = a.by_plane.divide(pixel, cell), y = cell / a.in_w, x = cell % a.in_w;
  const int first_filter = a.by_group.quotient(channel) * a.filters;
  float sum = 0.f;
  for (int tap = 0; tap < a.size * a.size; ++tap) {
    const int row = cell_of_window(y + a.pad, tap / a.size * a.dilation, a.stride_y, a.out_h);
    const int column = cell_of_window(x + a.pad, tap % a.size * a.dilation, a.stride_x, a.out_w);
    if (row < 0 || column < 0) continue;
    const Global<const T> gradients = a.gradient.at((n * a.out_h + row) * a.out_w + column, first_filter);
    const Global<const float> weights =
        a.weights + (static_cast<std::int64_t>(tap) * a.filters * a.channels + channel);
    for (int f = 0; f < a.filters; ++f)
      sum = fmaf(to_float(gradients[f]), weights[static_cast<std::int64_t>(f) * a.channels], sum);
  }
  a.out.at(pixel, channel)[0] = from_float<T>(sum);
}

struct ConvDataGradient : OneLaunch<DataGradientArguments<float>> {
  using Op = ops::ConvDataGradient;
  static constexpr const char* name = "conv_data_gradient_each";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  // A multiply takes about ten times as long as in a tiled kernel: an estimate.
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    return 2 + double(op.flops()) / 2 * out.batch / (device.multiprocessors * 128. * 1700 / 40);
  }
  static std::int64_t packed_bytes(const Op& op) { return 4 * op.conv.weights().size(); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    const int filters = op.conv.out.c / op.conv.groups, channels = op.conv.in.c / op.conv.groups;
    auto* to = static_cast<float*>(packed);
    each_weight(op.conv, arrays[0], [&](int group, int filter, int k, float weight) {
      const int tap = k / channels, channel = group * channels + k % channels;
      to[(std::int64_t{tap} * filters + filter) * op.conv.in.c + channel] = weight;
    });
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const ops::Conv& conv = op.conv;
      const DataGradientArguments<T> a{EachPack(call.out(), 1),
                                       view<const T>(call.in[0]),
                                       view<T>(call.out()),
                                       call.packed_as<float>(),
                                       conv.in.w,
                                       conv.out.h,
                                       conv.out.w,
                                       conv.size,
                                       conv.stride_x,
                                       conv.stride_y,
                                       conv.pad,
                                       conv.dilation,
                                       conv.in.c,
                                       conv.out.c / conv.groups,
                                       Divider(conv.in.h * conv.in.w),
                                       Divider(conv.in.c / conv.groups)};
      return prepared.prepare(data_gradient_kernel<T>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel conv_data_gradient_each = cuda_kernel<ConvDataGradient>();

}  // namespace nightjar::cuda
