// The reference operations as kernels: the end of every list of candidates.
#pragma once

#include "kernels/kernel_set.h"

namespace nightjar::reference {

KernelSet kernel_set();

}  // namespace nightjar::reference
