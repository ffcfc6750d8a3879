// Channels among zeros: a slice's gradient in its source.
#include "kernels/ops/gradients/embed.h"

#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct EmbedArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  int first, channels;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) embed_kernel(const EmbedArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  const int from = channel - a.first;
  const bool inside = from >= 0 && from < a.channels;
  a.out.at(pixel, channel)[0] = from_float<T>(inside ? to_float(a.in.at(pixel, from)[0]) : 0.f);
}

struct Embed : OneLaunch<EmbedArguments<float>> {
  using Op = ops::Embed;
  static constexpr const char* name = "embed";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const EmbedArguments<T> a{EachPack(call.out(), 1), view<const T>(call.in[0]), view<T>(call.out()),
                                op.first, op.in.c};
      return prepared.prepare(embed_kernel<T>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel embed = cuda_kernel<Embed>();

}  // namespace nightjar::cuda
