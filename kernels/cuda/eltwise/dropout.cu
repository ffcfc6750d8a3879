// Elements left out at random: each by a number of its own, whatever thread it falls to.
#include "kernels/ops/dropout.h"

#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct DropoutArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  Global<const float> key;
  Divider by_plane;
  int channels, who;
  float probability;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) dropout_kernel(const DropoutArguments<T> a) {
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
  const float factor = 1.f / (1.f - a.probability), value = to_float(a.in.at(pixel, channel)[0]);
  a.out.at(pixel, channel)[0] = from_float<T>(stays ? factor * value : 0.f);
}

struct Dropout : OneLaunch<DropoutArguments<float>> {
  using Op = ops::Dropout;
  static constexpr const char* name = "dropout";

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 4);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const DropoutArguments<T> a{EachPack(call.out(), 1),
                                  view<const T>(call.in[0]),
                                  view<T>(call.out()),
                                  static_cast<const float*>(call.in[1].data),
                                  Divider(op.shape.h * op.shape.w),
                                  op.shape.c,
                                  op.who,
                                  op.probability};
      return prepared.prepare(dropout_kernel<T>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel dropout = cuda_kernel<Dropout>();

}  // namespace nightjar::cuda
