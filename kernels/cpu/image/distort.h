// The colours of a row of pixels; compiled once for each instruction set.
#pragma once

#include "kernels/reference/picture_rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// PictureRows::distort
void distort(float* red, float* green, float* blue, int count, const ColourChange& change);

}  // namespace nightjar::cpu::NIGHTJAR_ISA
