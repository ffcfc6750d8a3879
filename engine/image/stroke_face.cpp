// nightjar's own letters as a face. They are anti-aliased by the distance of each pixel from the strokes.
#include <algorithm>
#include <cmath>

#include "engine/image/face.h"
#include "engine/image/strokes.h"

namespace nightjar {
namespace {

float distance(float x, float y, const Segment& s) {
  const float dx = s.x1 - s.x0, dy = s.y1 - s.y0, length = dx * dx + dy * dy;
  const float along = length > 0 ? std::clamp(((x - s.x0) * dx + (y - s.y0) * dy) / length, 0.f, 1.f) : 0;
  return std::hypot(x - s.x0 - along * dx, y - s.y0 - along * dy);
}

// Strokes that cross are united before anything is painted.
class Pen {
 public:
  Pen(const StrokeGlyph& glyph, float scale, float shift) : half_(stroke_width * scale / 2) {
    const int margin = static_cast<int>(std::ceil(half_)) + 1;
    image_.left = image_.top = -margin;
    image_.width = static_cast<int>(glyph.width * scale + shift) + 2 * margin + 1;
    image_.height = static_cast<int>((cap_height + descent) * scale) + 2 * margin + 1;
    image_.coverage.resize(static_cast<std::size_t>(image_.width) * static_cast<std::size_t>(image_.height));
    for (const Segment& s : glyph.segments)
      add({s.x0 * scale + shift, s.y0 * scale, s.x1 * scale + shift, s.y1 * scale}, margin);
  }

  GlyphImage take() { return std::move(image_); }

 private:
  // Visits only the pixels around the segment.
  void add(const Segment& s, int margin) {
    const int left = static_cast<int>(std::min(s.x0, s.x1));
    const int right = std::min(static_cast<int>(std::max(s.x0, s.x1)) + 2 * margin, image_.width - 1);
    const int top = static_cast<int>(std::min(s.y0, s.y1));
    const int bottom = std::min(static_cast<int>(std::max(s.y0, s.y1)) + 2 * margin, image_.height - 1);
    for (int y = top; y <= bottom; ++y) {
      for (int x = left; x <= right; ++x) {
        const float away = distance(static_cast<float>(x - margin), static_cast<float>(y - margin), s);
        const float covered = std::clamp(half_ + .5f - away, 0.f, 1.f);
        std::uint8_t& pixel = image_.coverage[static_cast<std::size_t>(y * image_.width + x)];
        pixel = std::max(pixel, static_cast<std::uint8_t>(covered * 255 + .5f));
      }
    }
  }

  float half_;  // the pen's width
  GlyphImage image_;
};

class StrokeFace : public Face {
 public:
  int glyph_of(char32_t character) const override {
    const bool known = character >= first_letter && character <= last_letter;
    return known ? static_cast<int>(character - first_letter) + 1 : 0;
  }

  float advance(int glyph) const override { return (strokes(glyph).width + letter_gap) / cap_height; }

  GlyphExtent extent(int glyph) const override {
    return {side, -descent / cap_height, side + strokes(glyph).width / cap_height, 1};
  }

  // The strokes' ends lie in the middle of pixels, so that capitals and straight lines are sharp.
  std::optional<GlyphImage> render(int glyph, int size, float shift) const override {
    const float scale = static_cast<float>(size - 1) / cap_height, begin = side * static_cast<float>(size);
    const float whole = std::floor(begin + shift);
    GlyphImage image = Pen(strokes(glyph), scale, begin + shift - whole).take();
    image.left += static_cast<int>(whole);
    image.top -= size;
    return image;
  }

 private:
  static constexpr float side = letter_gap / cap_height / 2;  // half of the gap in front of a letter

  static const StrokeGlyph& strokes(int glyph) {
    return stroke_glyph(glyph > 0 ? first_letter + static_cast<char32_t>(glyph) - 1 : 0);
  }
};

}  // namespace

std::unique_ptr<const Face> stroke_face() {
  return std::make_unique<StrokeFace>();
}

}  // namespace nightjar
