// nightjar's own typeface for labels: printable ASCII as strokes of a round pen, so that it scales smoothly.
#pragma once

#include <vector>

namespace nightjar {

// Lengths are in units of the typeface: the baseline is at y = 12, y grows downwards.
inline constexpr float cap_height = 12, descent = 4, stroke_width = 1.7f;
inline constexpr float letter_gap = 4;  // between the strokes of neighbouring letters

struct Segment {
  float x0, y0, x1, y1;
};

struct StrokeGlyph {
  float width = 0;
  std::vector<Segment> segments;  // curves already cut into short straight pieces
};

// Of a printable ASCII character; an empty frame for any other.
const StrokeGlyph& stroke_glyph(char32_t character);
inline constexpr char32_t first_letter = ' ', last_letter = '~';

}  // namespace nightjar
