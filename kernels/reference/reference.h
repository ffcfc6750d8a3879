// What the definitions of the operations share.
//
// An operation's define(), in the files of this folder, is what it means, written to be obviously right. It
// works on any layout that Tensor can describe, and reads and writes real channels only, never padding lanes
// or halos. Weights come planar, behind the data, in the order of the operation's operands. Sums are kept in
// double, so that the reference is closer to the true value than what is tested against it.
#pragma once

#include "kernels/activation.h"

namespace nightjar::reference {

float activate(Activation activation, float x);
// act'(x), of act(x) or of x (kernels/activation.h).
double slope(Activation activation, double from);

}  // namespace nightjar::reference
