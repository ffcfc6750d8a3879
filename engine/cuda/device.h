// Finds the GPU to work on.
#pragma once

#include "engine/cuda/runtime.h"

namespace nightjar::cuda {

// Makes the device the calling thread's. Errors (device): no driver or one that is too old, no such device,
// one that this nightjar has no code for.
Result<Gpu> open_gpu(int index);

}  // namespace nightjar::cuda
