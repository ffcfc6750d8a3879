// The kernels of one instruction set as a list.
#pragma once

#include <cstddef>

#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel_set.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

KernelSet kernel_set();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
