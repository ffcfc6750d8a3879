// Painting on a picture: rectangles and glyphs. Whatever reaches over the edges is cut off.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/image/face.h"
#include "parsers/image.h"

namespace nightjar {

struct Colour {
  std::uint8_t r, g, b;

  int luminance() const { return (299 * r + 587 * g + 114 * b + 500) / 1000; }
};

// Half open: pixels left <= x < right, top <= y < bottom.
struct Rect {
  int left, top, right, bottom;

  int width() const { return right - left; }
  int height() const { return bottom - top; }
  bool empty() const { return left >= right || top >= bottom; }
  std::int64_t area() const { return empty() ? 0 : std::int64_t{width()} * height(); }
  Rect grown(int by) const { return {left - by, top - by, right + by, bottom + by}; }
  Rect moved_to(int x, int y) const { return {x, y, x + width(), y + height()}; }
  Rect within(const Rect& o) const {
    return {std::max(left, o.left), std::max(top, o.top), std::min(right, o.right),
            std::min(bottom, o.bottom)};
  }
};

inline constexpr int opaque = 255;

// One channel is painted in the colour's luminance.
class Canvas {
 public:
  explicit Canvas(Image& picture) : picture_(picture) {}

  Rect area() const { return {0, 0, picture_.width, picture_.height}; }
  void fill(Rect rect, const Colour& colour, int opacity = opaque);  // 0..opaque
  // The border of `rect`, `line` pixels wide, inside of it.
  void frame(const Rect& rect, int line, const Colour& colour, int opacity = opaque);
  // With the glyph's place at (x, y), where y is the first row below the baseline.
  void paint(const GlyphImage& glyph, int x, int y, const Colour& colour);
  // The mean of what lies in `rect`; 0 where that is nothing.
  int luminance(const Rect& rect) const;

 private:
  std::uint8_t* at(int x, int y) const;

  Image& picture_;
};

}  // namespace nightjar
