// IEEE binary16, stored; rounding to nearest even, as the device converts.
#pragma once

#include "kernels/cuda/half_bits.h"

struct half {
  std::uint16_t bits;
};
