// A convolution as im2col, a library's matrix product, and what follows the sum.
#pragma once

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

// What the matrix of one slice may take. A batch whose matrix is larger goes through in slices of its rows.
constexpr std::int64_t im2col_budget = std::int64_t{256} << 20;

// Of launch_by_matmul().
std::int64_t by_matmul_workspace_bytes(const ops::Conv& op, const Tensor& out, std::int64_t budget);

// call.packed: bias, then weights in the tensors' type, rows of k rounded up to 8 (matrix_weights.h).
Status launch_by_matmul(const ops::Conv& op, const Call& call, Precision precision, std::int64_t budget);

}  // namespace nightjar::cuda
