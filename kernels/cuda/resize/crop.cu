// A part of an image, each value scaled and shifted.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/crop.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct CropArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  int in_h, in_w, top, left;
  Divider by_plane, by_row;  // of the output
  float scale, shift;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) crop_kernel(const CropArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  int x, rest;
  const int n = a.by_plane.divide(pixel, rest), y = a.by_row.divide(rest, x);
  const int from = (n * a.in_h + a.top + y) * a.in_w + a.left + x;
  const Pack<T, width> values = load<width>(a.in.at(from, channel));
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) result.v[i] = from_float<T>(fmaf(to_float(values.v[i]), a.scale, a.shift));
  store<width>(a.out.at(pixel, channel), result);
}

struct Crop : OneLaunch<CropArguments<float>> {
  using Op = ops::Crop;
  static constexpr const char* name = "crop";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      const CropArguments<T> a{EachPack(call.out(), width),
                               view<const T>(call.in[0]),
                               view<T>(call.out()),
                               op.in.h,
                               op.in.w,
                               op.top,
                               op.left,
                               Divider(op.out.h * op.out.w),
                               Divider(op.out.w),
                               op.scale,
                               op.shift};
      return prepared.prepare(crop_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel crop = cuda_kernel<Crop>();

}  // namespace nightjar::cuda
