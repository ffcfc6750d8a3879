// Changing parameters between runs, on any device.
#pragma once

#include "engine/nightjar.h"

namespace nightjar::testing {

// For each parameter of a small network with every kind of weights: changing it between two runs gives the
// bits of a model that was loaded with it, the values of both before and after.
void check_changed_parameters(const ModelOptions& options);

}  // namespace nightjar::testing
