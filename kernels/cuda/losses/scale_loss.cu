// A loss' gradient, in floats, as one of the scaled loss, in halves where these are stored.
#include "kernels/ops/losses/scale_loss.h"

#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct ScaleArguments {
  EachPack each;
  View<const float> in;
  View<T> out;
  Global<const float> scale;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) scale_loss_kernel(const ScaleArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<float, width> gradients = load<width>(a.in.at(pixel, channel));
  const float scale = a.scale[0];
  Pack<T, width> scaled;
#pragma unroll
  for (int i = 0; i < width; ++i) scaled.v[i] = from_float<T>(gradients.v[i] * scale);
  store<width>(a.out.at(pixel, channel), scaled);
}

struct ScaleLoss : OneLaunch<ScaleArguments<float>> {
  using Op = ops::ScaleLoss;
  static constexpr const char* name = "scale_loss";

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static Status prepare(const Op&, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      return with_packs_of<float>({call.in, 1, call.outs, nullptr}, [&](auto width) {
        const ScaleArguments<T> a{EachPack(call.out(), width), view<const float>(call.in[0]),
                                  view<T>(call.out()), static_cast<const float*>(call.in[1].data)};
        return prepared.prepare(scale_loss_kernel<T, width.value>, a.each.early_launch(), a);
      });
    });
  }
};

}  // namespace

const CudaKernel scale_loss = cuda_kernel<ScaleLoss>();

}  // namespace nightjar::cuda
