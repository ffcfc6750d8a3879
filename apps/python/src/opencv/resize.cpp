#include "apps/python/src/opencv/resize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace nightjar::python {
namespace {

// What a sum of two neighbours is computed in. Bytes have weights of 11 bits, and lose 4 bits on the way from
// rows to columns, as in OpenCV.
template <class T>
struct Arithmetic;

template <>
struct Arithmetic<std::uint8_t> {
  using Sum = int;
  static Sum weight(float share) { return static_cast<int>(std::lrint(share * 2048)); }
  static std::uint8_t blend(Sum a, Sum b, Sum of_a, Sum of_b) {
    return static_cast<std::uint8_t>(((((a >> 4) * of_a) >> 16) + (((b >> 4) * of_b) >> 16) + 2) >> 2);
  }
  static std::uint8_t mean(int a, int b, int c, int d) {
    return static_cast<std::uint8_t>((a + b + c + d + 2) >> 2);
  }
};

template <>
struct Arithmetic<float> {
  using Sum = float;
  static Sum weight(float share) { return share; }
  static float blend(Sum a, Sum b, Sum of_a, Sum of_b) { return a * of_a + b * of_b; }
  static float mean(float a, float b, float c, float d) { return (a + b + c + d) * .25f; }
};

// A sample between element `at` and the next one, and how much each counts. Beyond an edge both are the last
// element, but count apart: bytes lose the more bits.
template <class Sum>
struct Tap {
  int at, next;
  Sum of_at, of_next;
};

template <class T>
std::vector<Tap<typename Arithmetic<T>::Sum>> taps_of(int size, int new_size, double factor) {
  const double scale = 1 / factor;
  std::vector<Tap<typename Arithmetic<T>::Sum>> taps;
  for (int i = 0; i < new_size; ++i) {
    const auto place = static_cast<float>((i + .5) * scale - .5);
    const int at = static_cast<int>(std::floor(place));
    const float share = place - static_cast<float>(at);
    taps.push_back({std::clamp(at, 0, size - 1), std::clamp(at + 1, 0, size - 1),
                    Arithmetic<T>::weight(1 - share), Arithmetic<T>::weight(share)});
  }
  return taps;
}

template <class T>
void resize_row(const T* row, int channels, const std::vector<Tap<typename Arithmetic<T>::Sum>>& taps,
                std::vector<typename Arithmetic<T>::Sum>& out) {
  auto* to = out.data();
  for (const auto& tap : taps) {
    const T *a = row + std::ptrdiff_t{tap.at} * channels, *b = row + std::ptrdiff_t{tap.next} * channels;
    for (int c = 0; c < channels; ++c) *to++ = a[c] * tap.of_at + b[c] * tap.of_next;
  }
}

// Rows of the source resized horizontally, the last two of which are kept.
template <class T>
class Rows {
 public:
  using Sum = typename Arithmetic<T>::Sum;
  Rows(const T* pixels, int width, int channels, std::vector<Tap<Sum>> taps)
      : pixels_(pixels), width_(width), channels_(channels), taps_(std::move(taps)) {
    for (auto& row : rows_) row.resize(taps_.size() * channels);
  }

  // `other`: the row that is needed beside it.
  const Sum* get(int y, int other) {
    for (int i = 0; i < 2; ++i)
      if (numbers_[i] == y) return rows_[i].data();
    const int slot = numbers_[0] == other ? 1 : 0;
    numbers_[slot] = y;
    resize_row(pixels_ + std::ptrdiff_t{y} * width_ * channels_, channels_, taps_, rows_[slot]);
    return rows_[slot].data();
  }

 private:
  const T* pixels_;
  int width_, channels_;
  std::vector<Tap<Sum>> taps_;
  int numbers_[2] = {-1, -1};
  std::vector<Sum> rows_[2];
};

// Half the size: OpenCV takes the mean of four.
template <class T>
void halve(const T* pixels, int width, Pixels<T>& to) {
  const std::ptrdiff_t row = std::ptrdiff_t{width} * to.channels;
  T* out = to.values.data();
  for (int y = 0; y < to.height; ++y) {
    for (int x = 0; x < to.width; ++x) {
      const T* a = pixels + 2 * y * row + std::ptrdiff_t{2} * x * to.channels;
      for (int c = 0; c < to.channels; ++c, ++a)
        *out++ = Arithmetic<T>::mean(a[0], a[to.channels], a[row], a[row + to.channels]);
    }
  }
}

template <class T>
void interpolate(const T* pixels, int width, int height, double x_factor, double y_factor, Pixels<T>& to) {
  Rows<T> rows(pixels, width, to.channels, taps_of<T>(width, to.width, x_factor));
  T* out = to.values.data();
  const int values = to.width * to.channels;
  for (const auto& tap : taps_of<T>(height, to.height, y_factor)) {
    const auto *a = rows.get(tap.at, tap.next), *b = rows.get(tap.next, tap.at);
    for (int i = 0; i < values; ++i) *out++ = Arithmetic<T>::blend(a[i], b[i], tap.of_at, tap.of_next);
  }
}

bool is_half(double factor) {
  return std::abs(1 / factor - 2) < std::numeric_limits<double>::epsilon();
}

}  // namespace

template <class T>
Pixels<T> resize(const T* pixels, int width, int height, int channels, int new_width, int new_height,
                 double x_factor, double y_factor) {
  Pixels<T> to{new_width, new_height, channels, {}};
  to.values.resize(std::size_t(new_width) * new_height * channels);
  if (is_half(x_factor) && is_half(y_factor)) {
    halve(pixels, width, to);
  } else {
    interpolate(pixels, width, height, x_factor, y_factor, to);
  }
  return to;
}

template Pixels<std::uint8_t> resize(const std::uint8_t*, int, int, int, int, int, double, double);
template Pixels<float> resize(const float*, int, int, int, int, int, double, double);

}  // namespace nightjar::python
