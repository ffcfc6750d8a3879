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

std::string hex_byte(char byte) {
  constexpr char digits[] = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  return {digits[value >> 4], digits[value & 15]};
}

bool control(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

}  // namespace nightjar
