// A convolution as im2col (the unfolding of the picture into a matrix), a library's matrix product, and what
// follows the sum.
#pragma once

#include "kernels/cuda/conv/geometry.h"
#include "kernels/cuda/vendor/finish.h"
#include "kernels/cuda/vendor/matmul.h"

namespace nightjar::cuda {

// What the matrix of one slice may take. A batch whose matrix is larger goes through in slices of its rows.
constexpr std::int64_t im2col_budget = std::int64_t{256} << 20;

// A picture to be unfolded: rows of (groups, padded_k), zeros from k on.
struct Unfolding {
  ConvGeometry g;
  const void* in;
  void* matrix;  // null: the input itself is the matrix
  Type type;
  int width;                 // elements that are moved at once
  int row_packs;             // packs of `width` in a row
  Divider by_row, by_group;  // packs in a row; in one group's part of it
};

struct PreparedByMatmul {
  Unfolding unfolding;
  int slice;  // rows of each product but the last
  PreparedMatmul whole, last;
  PreparedFinish finish;
};

// `budget`: of the matrix. call.packed: bias, then weights in the tensors' type, rows of k rounded up to 8
// (matrix_weights.h).
std::int64_t by_matmul_workspace_bytes(const ops::Conv& op, const Tensor& out, std::int64_t budget);
Status prepare_by_matmul(const ops::Conv& op, const Call& call, Precision precision, std::int64_t budget,
                         PreparedByMatmul& prepared);
Status launch_by_matmul(const PreparedByMatmul& prepared, Stream stream);

}  // namespace nightjar::cuda
