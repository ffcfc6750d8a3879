// The end of a convolution whose sums a library left in the output.
#pragma once

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

// Bias, activation, residual add and second activation, in place on call.out. call.packed starts with the
// bias (geometry.h).
Status finish_convolution(const ops::Conv& op, const Call& call);

}  // namespace nightjar::cuda
