// Local response normalisation: each value by the squares of the channels around it. A thread takes a value;
// neighbouring threads read neighbouring channels, which the first-level cache holds.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/local_response_norm.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct NormArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  int channels, before, behind, lost;
  float alpha, beta, kappa;
};

template <class T>
NIGHTJAR_DEVICE float square(const NormArguments<T>& a, int pixel, int channel) {
  const float value = to_float(a.in.at(pixel, channel)[0]);
  return value * value;
}

template <class T>
__global__ void __launch_bounds__(each_pack_threads) norm_kernel(const NormArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  const int first = channel > a.before ? channel - a.before : 0;
  const int last = channel + a.behind < a.channels ? channel + a.behind : a.channels - 1;
  // The lost channel is skipped, not taken off again, where the window has it: the difference would round.
  const bool inside = a.lost >= first && a.lost <= last;
  float sum = inside || a.lost >= a.channels ? 0.f : -square(a, pixel, a.lost);
  for (int c = first; c <= last; ++c) {
    if (c != a.lost) sum += square(a, pixel, c);
  }
  const float factor = powf(a.kappa + a.alpha * sum, -a.beta);
  a.out.at(pixel, channel)[0] = from_float<T>(to_float(a.in.at(pixel, channel)[0]) * factor);
}

struct LocalResponseNorm : OneLaunch<NormArguments<float>> {
  using Op = ops::LocalResponseNorm;
  static constexpr const char* name = "local_response_norm";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 3);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const NormArguments<T> a{EachPack(call.out(), 1),
                               view<const T>(call.in[0]),
                               view<T>(call.out()),
                               op.shape.c,
                               op.before(),
                               op.behind(),
                               op.lost_channel(),
                               op.alpha,
                               op.beta,
                               op.kappa};
      return prepared.prepare(norm_kernel<T>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel local_response_norm = cuda_kernel<LocalResponseNorm>();

}  // namespace nightjar::cuda
