// How far values are from the truth: rms(values - truth) / rms(truth).
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace nightjar::testing {

inline double relative_error(const std::vector<float>& values, const std::vector<float>& truth) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    difference += std::pow(double(values[i]) - truth[i], 2);
    size += std::pow(double(truth[i]), 2);
  }
  return std::sqrt(difference / std::max(size, 1e-30));
}

}  // namespace nightjar::testing
