// What a transposed convolution, or the gradient by a convolution's image, is made of. Outputs whose row and
// column leave the same rest when divided by the stride, a phase, take the same taps: a phase is a dense
// convolution of the input with a part of the filters.
#pragma once

#include "kernels/cuda/divider.h"

namespace nightjar::cuda {

// Along one axis: the outputs `first`, first + stride, ... and the taps phase, phase + stride, ... that reach
// them. Tap t of the o-th output reads cell in + o - t of the input.
struct Phase {
  int first, outputs, phase, taps, in;
};
NIGHTJAR_BOTH Phase phase_of(int first, int size, int stride, int pad, int length) {
  Phase p;
  p.first = first;
  p.outputs = (length - 1 - first) / stride + 1;
  p.phase = (first + pad) % stride;
  p.taps = p.phase < size ? (size - 1 - p.phase) / stride + 1 : 0;
  p.in = (first + pad) / stride;
  return p;
}

}  // namespace nightjar::cuda
