// Maxima and means over windows: a thread takes a pack of channels of one output pixel. The cells that
// windows share come from the caches.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/local_avg_pool.h"
#include "kernels/ops/max_pool.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct WindowArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  int in_h, in_w, size, stride_x, stride_y, before;  // cells of the first window outside the image
  Divider by_plane, by_row;
};

template <class T, int width, bool maximum>
__global__ void __launch_bounds__(each_pack_threads) window_kernel(const WindowArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  int x, rest;
  const int n = a.by_plane.divide(pixel, rest), y = a.by_row.divide(rest, x);
  const int top = y * a.stride_y - a.before, left = x * a.stride_x - a.before;
  const int first_y = max(top, 0), last_y = min(top + a.size, a.in_h);
  const int first_x = max(left, 0), last_x = min(left + a.size, a.in_w);
  float values[width];
#pragma unroll
  for (int i = 0; i < width; ++i) values[i] = maximum ? -3.402823466e38f : 0.f;
  for (int in_y = first_y; in_y < last_y; ++in_y) {
    for (int in_x = first_x; in_x < last_x; ++in_x) {
      const Pack<T, width> cell = load<width>(a.in.at((n * a.in_h + in_y) * a.in_w + in_x, channel));
#pragma unroll
      for (int i = 0; i < width; ++i) {
        const float value = to_float(cell.v[i]);
        values[i] = maximum ? fmaxf(values[i], value) : values[i] + value;
      }
    }
  }
  const float scale = maximum ? 1.f : 1.f / static_cast<float>((last_y - first_y) * (last_x - first_x));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) result.v[i] = from_float<T>(maximum ? values[i] : values[i] * scale);
  store<width>(a.out.at(pixel, channel), result);
}

// O: ops::MaxPool or ops::LocalAvgPool.
template <class O, bool maximum>
struct Window : OneLaunch<WindowArguments<float>> {
  using Op = O;
  static constexpr const char* name = maximum ? "maxpool" : "local_avgpool";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, 1 + op.size * op.size);
  }
  static Status prepare(const Op& op, const Call& call, typename Window::Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const WindowArguments<T> a{EachPack(call.out(), width),
                                 view<const T>(call.in[0]),
                                 view<T>(call.out()),
                                 op.in.h,
                                 op.in.w,
                                 op.size,
                                 op.stride_x,
                                 op.stride_y,
                                 op.padding / 2,
                                 Divider(op.out.h * op.out.w),
                                 Divider(op.out.w)};
      return prepared.prepare(window_kernel<T, width.value, maximum>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel maxpool = cuda_kernel<Window<ops::MaxPool, true>>();
const CudaKernel local_avgpool = cuda_kernel<Window<ops::LocalAvgPool, false>>();

}  // namespace nightjar::cuda
