// The copy engine's descriptions of tensors ("TMA descriptors"). The driver makes them; it is asked for its
// functions at run time, so that nothing links against it.
#pragma once

#include <cuda.h>

#include "kernels/cuda/conv/wgmma_index.h"

namespace nightjar::cuda {

// Windows of `op` over `in`: boxes of `pixels` output pixels x 128 bytes of channels.
Status encode_picture(const ops::Conv& op, const Tensor& in, int pixels, CUtensorMap& map);

// A (rows, columns) matrix of packed weights: boxes of `box_rows` x 128 bytes.
Status encode_weights(const void* weights, Type type, int rows, int columns, int box_rows, CUtensorMap& map);

}  // namespace nightjar::cuda
