// Colours through hue, saturation and value, against Darknet's own way (image.c) in doubles.
#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/cpu/kernel_set.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

using Pixel = std::array<double, 3>;

Pixel to_hsv(const Pixel& p) {
  const auto [r, g, b] = p;
  const double most = std::max({r, g, b}), range = most - std::min({r, g, b});
  if (range == 0) return {0, 0, most};
  double h = r == most ? (g - b) / range : g == most ? 2 + (b - r) / range : 4 + (r - g) / range;
  if (h < 0) h += 6;
  return {h / 6, range / most, most};
}

Pixel to_rgb(const Pixel& hsv) {
  const auto [turn, s, v] = hsv;
  const int index = static_cast<int>(std::floor(6 * turn));
  const double f = 6 * turn - index, p = v * (1 - s), q = v * (1 - s * f), t = v * (1 - s * (1 - f));
  const std::array<Pixel, 6> by_index{Pixel{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}};
  return by_index[static_cast<std::size_t>(index % 6)];
}

Pixel changed(const Pixel& p, const ColourChange& change) {
  auto [h, s, v] = to_hsv(p);
  h += double{change.hue}, s *= double{change.saturation}, v *= double{change.exposure};
  h -= std::floor(h);
  Pixel result = to_rgb({h, s, v});
  for (double& value : result) value = std::clamp(value, 0., 1.);
  return result;
}

// Red, green and blue of pixels, among them greys, black and pure colours.
struct Planes {
  std::array<std::vector<float>, 3> of;

  explicit Planes(unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < 517; ++i) {
      for (auto& plane : of) plane.push_back(static_cast<float>(random() % (i % 3 == 0 ? 3 : 256)));
      if (i % 5 == 0) of[1].back() = of[2].back() = of[0].back();
    }
    for (auto& plane : of)
      for (float& value : plane) value /= 255;
  }
  void distort(const PictureRows& rows, const ColourChange& change) {
    rows.distort(of[0].data(), of[1].data(), of[2].data(), static_cast<int>(of[0].size()), change);
  }
};

const ColourChange changes[] = {{0, 1, 1},   {.1f, 1.5f, 1.2f}, {-.1f, .66f, .8f},
                                {.5f, 3, 2}, {-.9f, 1, .3f},    {1, 0, 1}};

}  // namespace

TEST_CASE("Colours change as Darknet's do") {
  for (const ColourChange& change : changes) {
    const Planes before(1);
    Planes after = before;
    after.distort(reference::picture_rows, change);
    double furthest = 0;
    for (std::size_t i = 0; i < before.of[0].size(); ++i) {
      const Pixel wanted =
          changed({double{before.of[0][i]}, double{before.of[1][i]}, double{before.of[2][i]}}, change);
      for (std::size_t c = 0; c < 3; ++c)
        furthest = std::max(furthest, std::abs(wanted[c] - double{after.of[c][i]}));
    }
    INFO(change.hue << ' ' << change.saturation << ' ' << change.exposure);
    CHECK(furthest < 3e-6);
  }
}

TEST_CASE("All instruction sets change colours by the same bits") {
  for (const ColourChange& change : changes) {
    Planes expected(2);
    expected.distort(reference::picture_rows, change);
    for (const cpu::KernelSet& set : cpu::kernel_sets()) {
      Planes found(2);
      found.distort(*set.picture_rows, change);
      INFO(set.isa);
      CHECK(found.of == expected.of);
    }
  }
}
