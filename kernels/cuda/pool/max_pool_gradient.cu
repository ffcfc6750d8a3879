// Gradients of maxima: a window finds its winner once; then a cell takes the gradients of the windows that it
// won, row by row.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/pool/covering.cuh"
#include "kernels/ops/gradients/max_pool_gradient.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct WinnerArguments {
  EachPack each;  // of windows
  View<const T> in;
  Global<int> winners;  // (window, channel): the winning pixel of all images; -1: none
  int channels, in_h, in_w, size, stride_x, stride_y, before;
  Divider by_plane, by_row;  // of the windows
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) winner_kernel(const WinnerArguments<T> a) {
  int window, channel;
  if (!own_pack<1>(a.each, window, channel)) return;
  int x, rest;
  const int n = a.by_plane.divide(window, rest), y = a.by_row.divide(rest, x);
  const int top = y * a.stride_y - a.before, left = x * a.stride_x - a.before;
  int winner = -1;
  float largest = -INFINITY;
  for (int in_y = max(top, 0); in_y < min(top + a.size, a.in_h); ++in_y) {
    for (int in_x = max(left, 0); in_x < min(left + a.size, a.in_w); ++in_x) {
      const int pixel = (n * a.in_h + in_y) * a.in_w + in_x;
      const float value = to_float(a.in.at(pixel, channel)[0]);
      if (value > largest) largest = value, winner = pixel;
    }
  }
  a.winners[window * a.channels + channel] = winner;
}

template <class T>
struct GradientArguments {
  EachPack each;
  View<const T> gradient;
  View<T> out;
  Global<const int> winners;
  int channels;
  CoveringWindows windows;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) max_pool_gradient_kernel(const GradientArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  float sum = 0.f;
  a.windows.each(pixel, [&](int window, int) {
    if (a.winners[window * a.channels + channel] == pixel) sum += to_float(a.gradient.at(window, channel)[0]);
  });
  a.out.at(pixel, channel)[0] = from_float<T>(sum);
}

struct MaxPoolGradient : CudaKernelDefaults {
  using Op = ops::MaxPoolGradient;
  static constexpr const char* name = "maxpool_gradient";
  struct Prepared {
    PreparedLaunch<sizeof(WinnerArguments<float>)> winners;
    PreparedLaunch<sizeof(GradientArguments<float>)> gradient;
  };

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 2, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return 2 + copy_microseconds(out, 2 + op.pool.size * op.pool.size);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor& out, const Device&) {
    return workspace_zeros + 4 * op.pool.out.size() * out.batch;
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const ops::MaxPool& pool = op.pool;
    auto* winners = workspace_at<int>(call.workspace);
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const Tensor &image = call.in[0], &gradient = call.in[1];
      const WinnerArguments<T> a{EachPack(gradient, 1),
                                 view<const T>(image),
                                 winners,
                                 pool.in.c,
                                 pool.in.h,
                                 pool.in.w,
                                 pool.size,
                                 pool.stride_x,
                                 pool.stride_y,
                                 pool.padding / 2,
                                 Divider(pool.out.h * pool.out.w),
                                 Divider(pool.out.w)};
      const Status status = prepared.winners.prepare(winner_kernel<T>, a.each.early_launch(), a);
      if (status != 0) return status;
      const GradientArguments<T> b{
          EachPack(call.out(), 1), view<const T>(gradient), view<T>(call.out()), winners, pool.in.c,
          CoveringWindows(pool)};
      return prepared.gradient.prepare(max_pool_gradient_kernel<T>, b.each.early_launch(), b);
    });
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    const Status status = prepared.winners.start(call.stream);
    return status != 0 ? status : prepared.gradient.start(call.stream);
  }
};

}  // namespace

const CudaKernel maxpool_gradient = cuda_kernel<MaxPoolGradient>();

}  // namespace nightjar::cuda
