// What binary weights and inputs are made of, for the definitions and for who packs them.
#pragma once

#include <cstdint>

#include "kernels/tensor.h"

namespace nightjar::reference {

// Neither 0 nor NaN has the sign 1.
NIGHTJAR_INLINE bool is_positive(float value) {
  return value > 0;
}

// The one value that a filter's binary weights have.
NIGHTJAR_INLINE float mean_magnitude(const float* weights, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += weights[i] < 0 ? -double{weights[i]} : double{weights[i]};
  return static_cast<float>(sum / static_cast<double>(count));
}

}  // namespace nightjar::reference
