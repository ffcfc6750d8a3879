// Where letters come from: a font file, or nightjar's own strokes. Lengths are in heights of a capital
// letter, y upwards from the baseline; a text's size is that height in pixels.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "parsers/font/font.h"

namespace nightjar {

// A glyph as pixels. `left` and `top` are where the first lies, from where the glyph is set on the baseline;
// rows go downwards.
struct GlyphImage {
  int left = 0, top = 0, width = 0, height = 0;
  std::vector<std::uint8_t> coverage;  // how much of each pixel is ink
};

struct GlyphExtent {
  float left = 0, bottom = 0, right = 0, top = 0;
};

class Face {
 public:
  virtual ~Face() = default;
  virtual int glyph_of(char32_t character) const = 0;  // 0 where it has none
  virtual float advance(int glyph) const = 0;          // to the next glyph's place
  virtual GlyphExtent extent(int glyph) const = 0;     // of its ink
  // Set `shift` of a pixel, below 1, to the right of a pixel's edge. Nothing where it is damaged or far too
  // large.
  virtual std::optional<GlyphImage> render(int glyph, int size, float shift) const = 0;
};

// Printable ASCII; glyph 0 is the empty frame that stands for what nobody has.
std::unique_ptr<const Face> stroke_face();
std::unique_ptr<const Face> font_face(Font font);

}  // namespace nightjar
