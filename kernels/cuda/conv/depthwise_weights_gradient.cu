// Gradients of a depthwise convolution's weights: for each tap, sums over pixels of the gradient times what
// the tap read.
#include "kernels/cuda/conv/geometry.h"
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/norm/channel_sums.cuh"
#include "kernels/ops/gradients/conv_weights_gradient.h"

namespace nightjar::cuda {
namespace {

// Items are taps.
template <class T>
struct TapTerm {
  static constexpr int count = 1;
  ConvGeometry g;
  View<const T> image, gradient;
  NIGHTJAR_DEVICE void add(int tap, int pixel, int channel, double (&sums)[count]) const {
    int right;
    const int down = g.by_size.divide(tap, right);
    const ConvGeometry::Window window = g.window(pixel);
    const int y = window.y + down * g.dilation, x = window.x + right * g.dilation;
    if (y < 0 || y >= g.in_h || x < 0 || x >= g.in_w) return;
    const double by = to_float(gradient.at(pixel, channel)[0]);
    sums[0] += by * to_float(image.at((window.image * g.in_h + y) * g.in_w + x, channel)[0]);
  }
};

struct FinishArguments {
  PartialSums partials;
  Global<const float> so_far;
  Global<float> out;  // (channel, tap)
  int taps;
};

__global__ void __launch_bounds__(finish_threads) depthwise_gradient_kernel(const FinishArguments a) {
  const int channel = own_channel(), tap = static_cast<int>(blockIdx.y);
  if (channel >= a.partials.channels) return;
  const int at = channel * a.taps + tap;
  const double before = static_cast<float>(a.so_far[at]);
  a.out[at] = static_cast<float>(before + a.partials.total(tap, 0, channel));
}

struct DepthwiseWeightsGradient : CudaKernelDefaults {
  using Op = ops::ConvWeightsGradient;
  static constexpr const char* name = "conv_depthwise_weights_gradient";
  static constexpr bool depends_on_batch = true;
  static constexpr ConvTile no_tile{1, 1, 1, 1, 1};
  struct Prepared {
    ChannelSumsLaunch<TapTerm<float>> sums;
    PreparedLaunch<sizeof(FinishArguments)> finish;
  };

  static int taps(const Op& op) { return op.conv.size * op.conv.size; }
  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return op.conv.groups == op.conv.in.c && op.conv.groups == op.conv.out.c &&
           accepts_operands(op, in, outs);
  }
  // Of one image, as the batch is not told.
  static double microseconds(const Op& op, const Tensor&, const Device&) {
    return 4 + double(op.conv.out.size()) * 4 * taps(op) / 3e6;
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device&) {
    return partial_sums_bytes(taps(op), 1, op.conv.out.c);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const Tensor &image = call.in[0], &gradient = call.in[1];
    const PartialSums partials = partial_sums(call.workspace, gradient, TapTerm<float>::count);
    const Status status = with_type(image.type, [&](auto type) {
      using T = decltype(type);
      const TapTerm<T> term{conv_geometry(op.conv, image, gradient, no_tile, 1), view<const T>(image),
                            view<const T>(gradient)};
      return prepare_channel_sums(term, gradient, partials, taps(op), prepared.sums);
    });
    if (status != 0) return status;
    const FinishArguments a{partials, static_cast<const float*>(call.in[2].data),
                            static_cast<float*>(call.out().data), taps(op)};
    Launch shape = finish_launch(op.conv.out.c);
    shape.grid = dim3(shape.grid.x, taps(op));
    return prepared.finish.prepare(depthwise_gradient_kernel, shape, a);
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    const Status status = prepared.sums.start(call.stream);
    return status != 0 ? status : prepared.finish.start(call.stream);
  }
};

}  // namespace

const CudaKernel conv_depthwise_weights_gradient = cuda_kernel<DepthwiseWeightsGradient>();

}  // namespace nightjar::cuda
