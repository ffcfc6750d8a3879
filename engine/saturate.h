// Arithmetic on sizes that a file dictates: too large becomes the largest value, which later checks refuse.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>

namespace nightjar {

// 64-bit product of non-negative factors.
inline std::int64_t saturated_product(std::initializer_list<std::int64_t> factors) {
  std::int64_t product = 1;
  for (const std::int64_t factor : factors) {
    if (factor == 0) return 0;
    if (__builtin_mul_overflow(product, factor, &product)) product = std::numeric_limits<std::int64_t>::max();
  }
  return product;
}

// A side of a shape.
inline int saturated_side(std::int64_t side) {
  constexpr std::int64_t largest = std::numeric_limits<int>::max();
  return static_cast<int>(side < largest ? side : largest);
}

}  // namespace nightjar
