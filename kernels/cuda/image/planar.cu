// NHWC <-> planar. For what the host wants to see or to give; nothing between two kernels goes through it.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/image/image.h"

namespace nightjar::cuda {
namespace {

// The place of element (pixel of all images, channel) in planar order.
NIGHTJAR_DEVICE std::int64_t planar_index(const Divider& by_plane, int channels, int pixel, int channel) {
  int cell;
  const int n = by_plane.divide(pixel, cell);
  return (static_cast<std::int64_t>(n) * channels + channel) * by_plane.divisor + cell;
}

template <class T>
__global__ void __launch_bounds__(each_pack_threads)
    to_planar_kernel(const EachPack each, const View<const T> from, Global<float> to, const Divider by_plane,
                     int channels) {
  int pixel, channel;
  if (!own_pack<1>(each, pixel, channel)) return;
  to[planar_index(by_plane, channels, pixel, channel)] = to_float(from.at(pixel, channel)[0]);
}

template <class T>
__global__ void __launch_bounds__(each_pack_threads)
    from_planar_kernel(const EachPack each, Global<const float> from, const View<T> to,
                       const Divider by_plane, int channels) {
  int pixel, channel;
  if (!own_pack<1>(each, pixel, channel)) return;
  to.at(pixel, channel)[0] = from_float<T>(from[planar_index(by_plane, channels, pixel, channel)]);
}

}  // namespace

Status to_planar(const Tensor& from, float* to, Stream stream) {
  return with_type(from.type, [&](auto type) {
    using T = decltype(type);
    const EachPack each(from, 1);
    return launch(to_planar_kernel<T>, each.launch(), stream, each, view<const T>(from), to,
                  Divider(from.shape.h * from.shape.w), from.shape.c);
  });
}

Status from_planar(const float* from, const Tensor& to, Stream stream) {
  return with_type(to.type, [&](auto type) {
    using T = decltype(type);
    const EachPack each(to, 1);
    return launch(from_planar_kernel<T>, each.launch(), stream, each, from, view<T>(to),
                  Divider(to.shape.h * to.shape.w), to.shape.c);
  });
}

}  // namespace nightjar::cuda
