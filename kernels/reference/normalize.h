// Values -> their shares of the sum, or of the length, in the forms that Darknet has.
#pragma once

#include <vector>

#include "kernels/ops/normalize_channels.h"

namespace nightjar::reference {

constexpr double normalizer_floor = 1e-4;  // Darknet adds it to the sum that it divides by

// Replaces the values of one pixel's channels, or of one channel's weights, by their shares.
void normalize(std::vector<double>& values, ops::NormalizeChannels::Form form);

}  // namespace nightjar::reference
