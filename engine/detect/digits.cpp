// std::to_chars rounds as printf does but knows no locale.
#include "engine/detect/digits.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace nightjar {

std::string fixed_point(double value, int decimals) {
  constexpr double most = std::numeric_limits<float>::max();
  char digits[64];
  const double finite = std::isnan(value) ? 0 : std::clamp(value, -most, most);
  const auto end = std::to_chars(digits, std::end(digits), finite, std::chars_format::fixed, decimals).ptr;
  return {digits, end};
}

}  // namespace nightjar
