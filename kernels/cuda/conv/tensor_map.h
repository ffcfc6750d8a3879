// The copy engine's descriptions of tensors ("TMA descriptors"). The driver makes them; it is asked for its
// functions at run time, so that nothing links against it.
#pragma once

#ifndef NIGHTJAR_SIMT  // which has maps of its own
#include <cuda.h>
#endif

#include "kernels/cuda/conv/wgmma_index.h"

namespace nightjar::cuda {

// A box as it lies in shared memory: rows of 128 or 64 bytes along k, swizzled (wgmma_index.h).
struct TensorBox {
  int rows, row_bytes;
};

// Windows of `op` over `in`: a row of the box is an output pixel.
Status encode_picture(const ops::Conv& op, const Tensor& in, TensorBox box, CUtensorMap& map);

// A (rows, columns) matrix, rows `stride` elements apart.
struct Matrix {
  const void* data;
  Type type;
  int rows, columns, stride;
};
Status encode_matrix(const Matrix& matrix, TensorBox box, CUtensorMap& map);

}  // namespace nightjar::cuda
