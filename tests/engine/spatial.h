// Layers whose weights lie in an order of their own, beside Darknet's way of computing them, on any device.
#pragma once

#include "engine/nightjar.h"

namespace nightjar::testing {

// The relative error (rms) of a [crop], a [local], a [deconvolutional] and an [implicit] behind each other,
// against the sums written out in double from the same weights file.
double spatial_error(const ModelOptions& options);

}  // namespace nightjar::testing
