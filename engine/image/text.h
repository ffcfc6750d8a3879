// A line of text as glyphs in their places.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/image/face.h"
#include "engine/image/typeface.h"

namespace nightjar {

struct PlacedGlyph {
  std::shared_ptr<const GlyphImage> image;
  int x, y;  // where it is set, from where the line begins on its baseline; y downwards
};

struct TextLine {
  std::vector<PlacedGlyph> glyphs;
  int width = 0;  // pixels
};

// UTF-8, from left to right; what is not UTF-8 is a frame for each byte. `size` is a capital letter's height
// in pixels. Ends where the line is wider than `most` pixels.
TextLine set_text(const Typeface& typeface, std::string_view text, int size, int most);

}  // namespace nightjar
