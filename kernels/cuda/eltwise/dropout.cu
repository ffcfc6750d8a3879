// Elements left out at random: each by a number of its own, whatever thread it falls to.
#include "kernels/ops/dropout.h"

#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

struct DropoutArguments {
  EachPack each;
  View<const float> in;
  View<float> out;
  Global<const float> key;
  Divider by_plane;
  int channels, who;
  float probability;
};

__global__ void __launch_bounds__(each_pack_threads) dropout_kernel(const DropoutArguments a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  float key[DrawKey::count];
#pragma unroll
  for (int i = 0; i < DrawKey::count; ++i) key[i] = a.key[i];
  int cell;
  const int n = a.by_plane.divide(pixel, cell);
  const std::uint64_t number =
      (static_cast<std::uint64_t>(n) * a.channels + channel) * a.by_plane.divisor + cell;
  const bool stays = Draw(key, a.who).uniform(number) >= a.probability;
  const float factor = 1.f / (1.f - a.probability), value = a.in.at(pixel, channel)[0];
  a.out.at(pixel, channel)[0] = stays ? factor * value : 0.f;
}

struct Dropout : OneLaunch<DropoutArguments> {
  using Op = ops::Dropout;
  static constexpr const char* name = "dropout";

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_floats(op, in, outs);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 4);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const DropoutArguments a{EachPack(call.out(), 1),
                             view<const float>(call.in[0]),
                             view<float>(call.out()),
                             static_cast<const float*>(call.in[1].data),
                             Divider(op.shape.h * op.shape.w),
                             op.shape.c,
                             op.who,
                             op.probability};
    return prepared.prepare(dropout_kernel, a.each.early_launch(), a);
  }
};

}  // namespace

const CudaKernel dropout = cuda_kernel<Dropout>();

}  // namespace nightjar::cuda
