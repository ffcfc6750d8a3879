// Darknet's picture preprocessing (docs/darknet-format.md section 7): a thread a value of the input. Both
// passes of the filter are done at once, in the order and with the roundings of engine/image/fit.cpp:
// multiplications and additions that the compiler may not contract.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/image/image.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct FitArguments {
  EachPack each;
  Global<const std::uint8_t> picture;
  int width, channels;
  FitArea area;
  View<T> input;
  int first_pixel;  // of the image in the batch
  Divider by_row;
};

// One output coordinate: keep * source[first] + add * source[second].
struct Tap {
  int first, second;
  float keep, add;
};

NIGHTJAR_DEVICE Tap between(int position, int in, int out) {
  const float scale = out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : 0.f;
  const float at = __fmul_rn(static_cast<float>(position), scale);
  const int first = min(static_cast<int>(at), in - 1);
  const float part = at - static_cast<float>(first);
  return {first, min(first + 1, in - 1), 1.f - part, part};
}

NIGHTJAR_DEVICE Tap column_tap(int x, int in, int out) {
  if (x == out - 1 || in == 1) return {in - 1, in - 1, 1.f, 0.f};
  return between(x, in, out);
}

// The last row has no second tap, which leaves it almost black for some sizes: Darknet's flaw, kept as the
// CPU keeps it.
NIGHTJAR_DEVICE Tap row_tap(int y, int in, int out) {
  Tap tap = between(y, in, out);
  if (y == out - 1) {
    tap.second = tap.first;
    tap.add = 0.f;
  }
  return tap;
}

NIGHTJAR_DEVICE float blend(const Tap& tap, float first, float second) {
  return __fadd_rn(__fmul_rn(tap.keep, first), __fmul_rn(tap.add, second));
}

template <class T>
NIGHTJAR_DEVICE float in_row(const FitArguments<T>& a, int y, const Tap& x, int channel) {
  const Global<const std::uint8_t> row =
      a.picture + (static_cast<std::int64_t>(a.area.from.top + y) * a.width + a.area.from.left) * a.channels;
  const std::uint8_t first = row[x.first * a.channels + channel],
                     second = row[x.second * a.channels + channel];
  return blend(x, static_cast<float>(first) / 255.f, static_cast<float>(second) / 255.f);
}

template <class T>
__global__ void __launch_bounds__(each_pack_threads) fit_kernel(const FitArguments<T> a) {
  int pixel, channel, x;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  const FitArea& area = a.area;
  const int y = a.by_row.divide(pixel, x) - area.covered.top;
  x -= area.covered.left;
  float value = .5f;
  if (x >= 0 && x < area.covered.width && y >= 0 && y < area.covered.height) {
    const int to_x = min(max(x + area.skip_x, 0), area.to_width - 1),
              to_y = min(max(y + area.skip_y, 0), area.to_height - 1);
    const Tap column = column_tap(to_x, area.from.width, area.to_width),
              row = row_tap(to_y, area.from.height, area.to_height);
    value = blend(row, in_row(a, row.first, column, channel), in_row(a, row.second, column, channel));
  }
  a.input.at(a.first_pixel + pixel, channel)[0] = from_float<T>(value);
}

}  // namespace

Status fit_picture(const Picture& picture, const FitArea& area, const Tensor& input, int n, Stream stream) {
  return with_type(input.type, [&](auto type) {
    using T = decltype(type);
    Tensor image = input;
    image.batch = 1;
    const FitArguments<T> a{EachPack(image, 1),
                            picture.pixels,
                            picture.width,
                            picture.channels,
                            area,
                            view<T>(input),
                            n * input.shape.h * input.shape.w,
                            Divider(input.shape.w)};
    return launch(fit_kernel<T>, a.each.launch(), stream, a);
  });
}

}  // namespace nightjar::cuda
