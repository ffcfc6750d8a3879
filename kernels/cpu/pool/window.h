// Which cells a window of a pool covers.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// The cells [first, last) of a side of `length` that window `i` covers.
struct Window {
  int first, last;
};
NIGHTJAR_INLINE Window window(int i, int stride, int padding, int size, int length) {
  const int start = i * stride - padding / 2;
  return {start > 0 ? start : 0, start + size < length ? start + size : length};
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
