// Lettering is anti-aliased by the distance of each pixel from the strokes; everything else lies on whole
// pixels.
#include "engine/image/canvas.h"

#include <cmath>

#include "engine/image/font.h"

namespace nightjar {
namespace {

float distance(float x, float y, const Segment& s) {
  const float dx = s.x1 - s.x0, dy = s.y1 - s.y0, length = dx * dx + dy * dy;
  const float along = length > 0 ? std::clamp(((x - s.x0) * dx + (y - s.y0) * dy) / length, 0.f, 1.f) : 0;
  return std::hypot(x - s.x0 - along * dx, y - s.y0 - along * dy);
}

// How much of each pixel of one letter the pen covers. Strokes that cross are united before anything is
// blended.
class Coverage {
 public:
  Coverage(const Glyph& glyph, float scale)
      : pen_(stroke_width * scale / 2),
        margin_(static_cast<int>(std::ceil(pen_)) + 1),
        width_(static_cast<int>(glyph.width * scale) + 2 * margin_ + 1),
        height_(static_cast<int>((cap_height + descent) * scale) + 2 * margin_ + 1),
        covered_(static_cast<std::size_t>(width_) * height_) {
    for (const Segment& s : glyph.segments) add({s.x0 * scale, s.y0 * scale, s.x1 * scale, s.y1 * scale});
  }

  void paint(Canvas& canvas, int x, int y, const Colour& colour) const {
    const Rect letter = Rect{0, 0, width_, height_}.moved_to(x - margin_, y - margin_);
    const Rect visible = letter.within(canvas.area());
    for (int row = visible.top; row < visible.bottom; ++row) {
      const float* covered = &covered_[static_cast<std::size_t>(row - letter.top) * width_];
      for (int column = visible.left; column < visible.right; ++column) {
        const float opacity = covered[column - letter.left];
        if (opacity > 0) canvas.blend(column, row, colour, opacity);
      }
    }
  }

 private:
  // Visits only the pixels around the segment.
  void add(const Segment& s) {
    const int left = static_cast<int>(std::min(s.x0, s.x1));
    const int right = std::min(static_cast<int>(std::max(s.x0, s.x1)) + 2 * margin_, width_ - 1);
    const int top = static_cast<int>(std::min(s.y0, s.y1));
    const int bottom = std::min(static_cast<int>(std::max(s.y0, s.y1)) + 2 * margin_, height_ - 1);
    for (int y = top; y <= bottom; ++y) {
      for (int x = left; x <= right; ++x) {
        const float away = distance(static_cast<float>(x - margin_), static_cast<float>(y - margin_), s);
        float& covered = covered_[static_cast<std::size_t>(y) * width_ + x];
        covered = std::max(covered, std::clamp(pen_ + .5f - away, 0.f, 1.f));
      }
    }
  }

  float pen_;   // half its width
  int margin_;  // pixels around the letter's corner points that the pen may reach
  int width_, height_;
  std::vector<float> covered_;
};

int advance(const Glyph& glyph, float scale) {
  return static_cast<int>(std::lround((glyph.width + letter_gap) * scale));
}

}  // namespace

void Canvas::blend(int x, int y, const Colour& colour, float opacity) {
  std::uint8_t* pixel =
      &picture_.pixels[(static_cast<std::size_t>(y) * picture_.width + x) * picture_.channels];
  const float rgb[] = {colour.r, colour.g, colour.b}, grey[] = {colour.luminance()};
  const float* values = picture_.channels == 1 ? grey : rgb;
  for (int c = 0; c < picture_.channels; ++c) {
    pixel[c] = static_cast<std::uint8_t>(pixel[c] + (values[c] - pixel[c]) * opacity + .5f);
  }
}

void Canvas::fill(Rect rect, const Colour& colour, float opacity) {
  rect = rect.within(area());
  for (int y = rect.top; y < rect.bottom; ++y) {
    for (int x = rect.left; x < rect.right; ++x) blend(x, y, colour, opacity);
  }
}

void Canvas::frame(const Rect& rect, int line, const Colour& colour, float opacity) {
  const int low = std::min(rect.top + line, rect.bottom), high = std::max(rect.bottom - line, low);
  const int near = std::min(rect.left + line, rect.right), far = std::max(rect.right - line, near);
  fill({rect.left, rect.top, rect.right, low}, colour, opacity);
  fill({rect.left, high, rect.right, rect.bottom}, colour, opacity);
  fill({rect.left, low, near, high}, colour, opacity);
  fill({far, low, rect.right, high}, colour, opacity);
}

void Canvas::write(int x, int y, std::string_view text, float scale, const Colour& colour) {
  for (const Glyph* glyph : set_text(text)) {
    if (x >= picture_.width) return;
    Coverage(*glyph, scale).paint(*this, x, y, colour);
    x += advance(*glyph, scale);
  }
}

int text_width(std::string_view text, float scale) {
  int width = 0;
  for (const Glyph* glyph : set_text(text)) width += advance(*glyph, scale);
  return std::max(0, width - static_cast<int>(std::lround(letter_gap * scale)));
}

}  // namespace nightjar
