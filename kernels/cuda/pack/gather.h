// Packing parameters on the device, where packing only moves them.
#pragma once

#include <cstdint>

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

// to[i] = from[places[i] - 1], or 0 where places[i] is 0; all on the device.
Status gather(const float* from, const std::uint32_t* places, float* to, std::int64_t count, Stream stream);

}  // namespace nightjar::cuda
