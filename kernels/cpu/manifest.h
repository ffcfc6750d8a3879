// The kernels of one instruction set as a list.
#pragma once

#include "kernels/cpu/kernel_list.h"
#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

KernelList kernel_list();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
