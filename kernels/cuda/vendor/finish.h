// The end of a convolution whose sums a library left in the output: bias, activation, residual add and second
// activation, in place.
#pragma once

#include "kernels/cuda/kernel.h"
#include "kernels/ops/conv.h"

namespace nightjar::cuda {

struct PreparedFinish {
  alignas(8) std::byte launch[128];
};

// On call.out(); call.packed starts with the bias (geometry.h).
Status prepare_finish(const ops::Conv& op, const Call& call, PreparedFinish& prepared);
Status finish_convolution(const PreparedFinish& prepared, Stream stream);

}  // namespace nightjar::cuda
