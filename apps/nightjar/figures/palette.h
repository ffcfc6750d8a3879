// Colours of charts, told apart with any colour vision (Okabe and Ito's palette).
#pragma once

#include <array>
#include <cstddef>

namespace nightjar {

inline constexpr std::array<const char*, 7> palette = {"#0072b2", "#e69f00", "#009e73", "#cc79a7",
                                                       "#56b4e9", "#d55e00", "#999999"};

// The colours again and again.
inline const char* palette_colour(std::size_t number) {
  return palette[number % palette.size()];
}

}  // namespace nightjar
