// Rows of bytes at a time, in whole numbers: compilers make vectors of that.
#include "engine/image/canvas.h"

#include <array>
#include <cstring>

namespace nightjar {
namespace {

// A whole number of pixels of either kind, and of vectors.
constexpr std::size_t block = 48;

// What a colour adds to each byte of a row, so many parts of 255.
using Paint = std::array<std::uint16_t, block>;

// x / 255, rounded; x up to 255 * 255.
constexpr std::uint16_t parts_of_255(std::uint16_t x) {
  const auto rounded = static_cast<std::uint16_t>(x + 128);
  return static_cast<std::uint16_t>((rounded + (rounded >> 8)) >> 8);
}

std::array<std::uint8_t, 3> values_of(const Colour& colour, int channels) {
  const auto grey = static_cast<std::uint8_t>(colour.luminance());
  return channels == 1 ? std::array{grey, grey, grey} : std::array{colour.r, colour.g, colour.b};
}

Paint mix(const Colour& colour, int channels, int opacity) {
  const auto values = values_of(colour, channels);
  Paint paint;
  for (std::size_t i = 0; i < block; ++i) paint[i] = static_cast<std::uint16_t>(values[i % 3] * opacity);
  return paint;
}

void blend_row(std::uint8_t* row, std::size_t count, const Paint& paint, std::uint16_t rest) {
  const auto blended = [&](std::uint8_t value, std::uint16_t added) {
    return static_cast<std::uint8_t>(parts_of_255(static_cast<std::uint16_t>(value * rest + added)));
  };
  for (; count >= block; count -= block, row += block) {
    for (std::size_t i = 0; i < block; ++i) row[i] = blended(row[i], paint[i]);
  }
  for (std::size_t i = 0; i < count; ++i) row[i] = blended(row[i], paint[i]);
}

}  // namespace

std::uint8_t* Canvas::at(int x, int y) const {
  const std::size_t pixel =
      static_cast<std::size_t>(y) * static_cast<std::size_t>(picture_.width) + static_cast<std::size_t>(x);
  return picture_.pixels.data() + pixel * static_cast<std::size_t>(picture_.channels);
}

void Canvas::fill(Rect rect, const Colour& colour, int opacity) {
  rect = rect.within(area());
  if (rect.empty()) return;
  const Paint paint = mix(colour, picture_.channels, opacity);
  const auto count = static_cast<std::size_t>(rect.width()) * static_cast<std::size_t>(picture_.channels);
  const auto rest = static_cast<std::uint16_t>(opaque - opacity);
  std::uint8_t* const first = at(rect.left, rect.top);
  blend_row(first, count, paint, rest);
  for (int y = rect.top + 1; y < rect.bottom; ++y) {
    if (opacity == opaque) {
      std::memcpy(at(rect.left, y), first, count);
    } else {
      blend_row(at(rect.left, y), count, paint, rest);
    }
  }
}

void Canvas::frame(const Rect& rect, int line, const Colour& colour, int opacity) {
  const int low = std::min(rect.top + line, rect.bottom), high = std::max(rect.bottom - line, low);
  const int near = std::min(rect.left + line, rect.right), far = std::max(rect.right - line, near);
  fill({rect.left, rect.top, rect.right, low}, colour, opacity);
  fill({rect.left, high, rect.right, rect.bottom}, colour, opacity);
  fill({rect.left, low, near, high}, colour, opacity);
  fill({far, low, rect.right, high}, colour, opacity);
}

void Canvas::paint(const GlyphImage& glyph, int x, int y, const Colour& colour) {
  const Rect whole = Rect{0, 0, glyph.width, glyph.height}.moved_to(x + glyph.left, y + glyph.top);
  const Rect visible = whole.within(area());
  if (visible.empty()) return;
  const auto values = values_of(colour, picture_.channels);
  for (int row = visible.top; row < visible.bottom; ++row) {
    const std::uint8_t* covered =
        &glyph
             .coverage[static_cast<std::size_t>((row - whole.top) * glyph.width + visible.left - whole.left)];
    std::uint8_t* pixel = at(visible.left, row);
    for (int i = 0; i < visible.width(); ++i, pixel += picture_.channels) {
      if (covered[i] == 0) continue;
      for (int c = 0; c < picture_.channels; ++c) {
        pixel[c] = static_cast<std::uint8_t>(parts_of_255(
            static_cast<std::uint16_t>(pixel[c] * (opaque - covered[i]) + values[c] * covered[i])));
      }
    }
  }
}

int Canvas::luminance(const Rect& rect) const {
  const Rect visible = rect.within(area());
  if (visible.empty()) return 0;
  std::int64_t sum = 0;
  for (int y = visible.top; y < visible.bottom; ++y) {
    const std::uint8_t* pixel = at(visible.left, y);
    for (int x = visible.left; x < visible.right; ++x, pixel += picture_.channels) {
      sum += picture_.channels == 1 ? pixel[0] : Colour{pixel[0], pixel[1], pixel[2]}.luminance();
    }
  }
  return static_cast<int>(sum / visible.area());
}

}  // namespace nightjar
