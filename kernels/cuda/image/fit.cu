// Darknet's picture preprocessing (SEMANTICS.md section 6): a thread a value of the input. Both passes of the
// filter are done at once, in the order and with the roundings of engine/image/fit.cpp: multiplications and
// additions that the compiler may not contract.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/image/image.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct FitArguments {
  EachPack each;
  Global<const std::uint8_t> picture;
  int width, height, channels;
  FittedArea area;
  View<T> input;
  int first_pixel;  // of the image in the batch
  Divider by_row;
};

struct Tap {
  int first, second;
  float weight;
};

NIGHTJAR_DEVICE Tap tap(int position, int in, int out) {
  if (position == out - 1 || in == 1) return {in - 1, in - 1, 0.f};
  const float scale = static_cast<float>(in - 1) / static_cast<float>(out - 1);
  const float at = __fmul_rn(static_cast<float>(position), scale);
  const int first = min(static_cast<int>(at), in - 1);
  return {first, min(first + 1, in - 1), at - static_cast<float>(first)};
}

NIGHTJAR_DEVICE float blend(float first, float second, float weight) {
  return __fadd_rn(__fmul_rn(1.f - weight, first), __fmul_rn(weight, second));
}

template <class T>
NIGHTJAR_DEVICE float in_row(const FitArguments<T>& a, int y, const Tap& x, int channel) {
  const Global<const std::uint8_t> row = a.picture + static_cast<std::int64_t>(y) * a.width * a.channels;
  const std::uint8_t first = row[x.first * a.channels + channel],
                     second = row[x.second * a.channels + channel];
  return blend(static_cast<float>(first) / 255.f, static_cast<float>(second) / 255.f, x.weight);
}

template <class T>
__global__ void __launch_bounds__(each_pack_threads) fit_kernel(const FitArguments<T> a) {
  int pixel, channel, x;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  const int y = a.by_row.divide(pixel, x) - a.area.top;
  x -= a.area.left;
  float value = .5f;
  if (x >= 0 && x < a.area.width && y >= 0 && y < a.area.height) {
    const Tap column = tap(x, a.width, a.area.width), row = tap(y, a.height, a.area.height);
    value = blend(in_row(a, row.first, column, channel), in_row(a, row.second, column, channel), row.weight);
  }
  a.input.at(a.first_pixel + pixel, channel)[0] = from_float<T>(value);
}

}  // namespace

Status fit_picture(const Picture& picture, const FittedArea& area, const Tensor& input, int n,
                   Stream stream) {
  return with_type(input.type, [&](auto type) {
    using T = decltype(type);
    Tensor image = input;
    image.batch = 1;
    const FitArguments<T> a{
        EachPack(image, 1),    picture.pixels, picture.width,  picture.height,
        picture.channels,      area,           view<T>(input), n * input.shape.h * input.shape.w,
        Divider(input.shape.w)};
    return launch(fit_kernel<T>, a.each.launch(), stream, a);
  });
}

}  // namespace nightjar::cuda
