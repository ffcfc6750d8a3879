// What <algorithm> has, without a symbol that a caller of another instruction set could be linked against.
#pragma once

#include "kernels/tensor.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

NIGHTJAR_INLINE int ceil_div(int a, int b) {
  return (a + b - 1) / b;
}
NIGHTJAR_INLINE int min(int a, int b) {
  return a < b ? a : b;
}
NIGHTJAR_INLINE int max(int a, int b) {
  return a > b ? a : b;
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
