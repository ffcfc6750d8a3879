// The definitions of the operations as kernels: the end of every list of candidates.
#pragma once

#include "kernels/cpu/kernel_set.h"

namespace nightjar::cpu {

KernelSet reference_set();

}  // namespace nightjar::cpu
