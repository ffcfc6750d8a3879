// Painting on a picture: rectangles and lettering. Whatever reaches over the edges is cut off.
#pragma once

#include <algorithm>
#include <string_view>

#include "parsers/image.h"

namespace nightjar {

struct Colour {
  float r, g, b;  // 0..255

  float luminance() const { return .299f * r + .587f * g + .114f * b; }
};

// Half open: pixels left <= x < right, top <= y < bottom.
struct Rect {
  int left, top, right, bottom;

  int width() const { return right - left; }
  int height() const { return bottom - top; }
  bool empty() const { return left >= right || top >= bottom; }
  Rect grown(int by) const { return {left - by, top - by, right + by, bottom + by}; }
  Rect moved_to(int x, int y) const { return {x, y, x + width(), y + height()}; }
  Rect within(const Rect& o) const {
    return {std::max(left, o.left), std::max(top, o.top), std::min(right, o.right),
            std::min(bottom, o.bottom)};
  }
};

// One channel is painted in the colour's luminance.
class Canvas {
 public:
  explicit Canvas(Image& picture) : picture_(picture) {}

  Rect area() const { return {0, 0, picture_.width, picture_.height}; }
  void blend(int x, int y, const Colour& colour, float opacity);  // inside the area only
  void fill(Rect rect, const Colour& colour, float opacity = 1);
  // The border of `rect`, `line` pixels wide, inside of it.
  void frame(const Rect& rect, int line, const Colour& colour, float opacity = 1);
  // UTF-8 with the first letter's top left corner in the middle of pixel (x, y); `scale` is pixels a unit of
  // the typeface.
  void write(int x, int y, std::string_view text, float scale, const Colour& colour);

 private:
  Image& picture_;
};

// Pixels from the first stroke of a text to its last.
int text_width(std::string_view text, float scale);

}  // namespace nightjar
