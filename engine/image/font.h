// nightjar's own typeface for labels: printable ASCII as strokes of a round pen, so that it scales smoothly.
#pragma once

#include <string_view>
#include <vector>

namespace nightjar {

// Lengths are in units of the typeface: the baseline is at y = 12, y grows downwards.
inline constexpr float cap_height = 12, descent = 4, stroke_width = 1.7f;
inline constexpr float letter_gap = 4;  // between the strokes of neighbouring letters

struct Segment {
  float x0, y0, x1, y1;
};

struct Glyph {
  float width = 0;
  std::vector<Segment> segments;  // curves already cut into short straight pieces
};

// The letters of UTF-8 text, one a character; what is not printable ASCII is shown as an empty frame.
std::vector<const Glyph*> set_text(std::string_view text);

}  // namespace nightjar
