// Packing parameters on the device, where packing only moves and rounds them.
#pragma once

#include <cstdint>

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

// to[i] = from[places[i] - 1], or 0 where places[i] is 0, as an element of a precision: a float, one rounded
// to tf32, or a half. All on the device.
struct Gathering {
  const float* from;
  const std::uint32_t* places;
  void* to;
  std::int64_t count;
  Precision as = Precision::fp32;
};
Status gather(const Gathering& gathering, Stream stream);

}  // namespace nightjar::cuda
