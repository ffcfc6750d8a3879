// The definitions of the operations as kernels: the end of every list of candidates.
#pragma once

#include "kernels/cpu/kernel_set.h"

namespace nightjar::cpu {

KernelSet reference_set();

// Whether an image's values depend on others, or on its place among them, by which random numbers are drawn.
bool joins_images(const Op& op);

}  // namespace nightjar::cpu
