// Gradients of biases: sums over pixels.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/norm/channel_sums.cuh"
#include "kernels/ops/gradients/bias_gradient.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct BiasTerm {
  static constexpr int count = 1;
  View<const T> gradient;
  NIGHTJAR_DEVICE void add(int, int pixel, int channel, double (&sums)[count]) const {
    sums[0] += to_float(gradient.at(pixel, channel)[0]);
  }
};

struct FinishArguments {
  PartialSums partials;
  Global<const float> so_far;
  Global<float> out;
};

__global__ void __launch_bounds__(finish_threads) bias_gradient_kernel(const FinishArguments a) {
  const int channel = own_channel();
  if (channel >= a.partials.channels) return;
  const double before = static_cast<float>(a.so_far[channel]);
  a.out[channel] = static_cast<float>(before + a.partials.total(0, 0, channel));
}

struct BiasGradient : CudaKernelDefaults {
  using Op = ops::BiasGradient;
  static constexpr const char* name = "bias_gradient";
  static constexpr bool depends_on_batch = true;
  struct Prepared {
    ChannelSumsLaunch<BiasTerm<float>> sums;
    PreparedLaunch<sizeof(FinishArguments)> finish;
  };

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op& op, const Tensor&, const Device&) {
    return 4 + double(op.shape.size()) * 4 / 3e6;
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device&) {
    return partial_sums_bytes(1, 1, op.shape.c);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const PartialSums partials = partial_sums(call.workspace, call.in[0], 1);
    const Status status = with_type(call.in[0].type, [&](auto type) {
      const BiasTerm<decltype(type)> term{view<const decltype(type)>(call.in[0])};
      return prepare_channel_sums(term, call.in[0], partials, 1, prepared.sums);
    });
    if (status != 0) return status;
    const FinishArguments a{partials, static_cast<const float*>(call.in[1].data),
                            static_cast<float*>(call.out().data)};
    return prepared.finish.prepare(bias_gradient_kernel, finish_launch(op.shape.c), a);
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    const Status status = prepared.sums.start(call.stream);
    return status != 0 ? status : prepared.finish.start(call.stream);
  }
};

}  // namespace

const CudaKernel bias_gradient = cuda_kernel<BiasGradient>();

}  // namespace nightjar::cuda
