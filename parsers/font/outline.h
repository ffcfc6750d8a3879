// The shape of a glyph.
#pragma once

#include <cstddef>
#include <vector>

namespace nightjar {

struct OutlinePoint {
  float x, y;
};

// From where the step before ended to `to`. A move begins a contour, which closes itself.
struct OutlineStep {
  enum class Kind { move, line, quadratic, cubic };
  Kind kind;
  OutlinePoint to;
  OutlinePoint first_control{}, second_control{};  // of curves
};

using Outline = std::vector<OutlineStep>;

// What one glyph may come to, parts of parts included: fifty times the busiest of published ones.
inline constexpr std::size_t max_outline_steps = 1 << 15;

}  // namespace nightjar
