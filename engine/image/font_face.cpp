// A font file as a face. In place of its hints, which are programs, the two heights that most letters end at
// are put on whole pixels.
#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/image/face.h"
#include "engine/image/fill_outline.h"

namespace nightjar {
namespace {

// Where it has no Latin letters to measure, in parts of its em: what most fonts have.
constexpr float usual_cap = .7f, usual_small = .75f;  // the latter of a capital's height

GlyphExtent extent_of(const Outline& outline) {
  if (outline.empty()) return {};
  const OutlinePoint first = outline.front().to;
  GlyphExtent extent{first.x, first.y, first.x, first.y};
  for (const OutlineStep& step : outline) {
    extent.left = std::min(extent.left, step.to.x), extent.right = std::max(extent.right, step.to.x);
    extent.bottom = std::min(extent.bottom, step.to.y), extent.top = std::max(extent.top, step.to.y);
  }
  return extent;
}

class FontFace : public Face {
 public:
  explicit FontFace(Font font) : font_(std::move(font)) {
    const auto em = static_cast<float>(font_.units_per_em());
    cap_ = height_of(U'H', .4f * em, em, usual_cap * em);
    small_ = height_of(U'x', .4f * cap_, .95f * cap_, usual_small * cap_);
  }

  int glyph_of(char32_t character) const override { return font_.glyph_of(character); }
  float advance(int glyph) const override { return font_.advance(glyph) / cap_; }

  GlyphExtent extent(int glyph) const override {
    const GlyphExtent units = extent_of(font_.outline(glyph).value_or(Outline()));
    return {units.left / cap_, units.bottom / cap_, units.right / cap_, units.top / cap_};
  }

  std::optional<GlyphImage> render(int glyph, int size, float shift) const override {
    auto outline = font_.outline(glyph);
    if (!outline) return {};
    const float scale = static_cast<float>(size) / cap_;
    const auto place = [&](OutlinePoint& p) { p = {p.x * scale + shift, height_in_pixels(p.y, size)}; };
    for (OutlineStep& step : *outline) place(step.to), place(step.first_control), place(step.second_control);
    return fill_outline(*outline);
  }

 private:
  float height_of(char32_t letter, float low, float high, float otherwise) const {
    const int glyph = font_.glyph_of(letter);
    const float top = glyph == 0 ? 0 : extent_of(font_.outline(glyph).value_or(Outline())).top;
    return top >= low && top <= high ? top : otherwise;
  }

  // Up to the small letters' height, and from there to the capitals', in proportion.
  float height_in_pixels(float y, int size) const {
    const auto capital = static_cast<float>(size);
    const float scale = capital / cap_, small = std::round(small_ * scale);
    if (y <= 0) return y * scale;
    if (y <= small_) return y * small / small_;
    if (y <= cap_) return small + (y - small_) * (capital - small) / (cap_ - small_);
    return capital + (y - cap_) * scale;
  }

  Font font_;
  float cap_ = 0, small_ = 0;  // heights of H and x, in the font's units
};

}  // namespace

std::unique_ptr<const Face> font_face(Font font) {
  return std::make_unique<FontFace>(std::move(font));
}

}  // namespace nightjar
