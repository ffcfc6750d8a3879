// Rows to columns, in registers.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// A pass interleaves row i with row i + lanes / 2. The bits of a value's row and column, written one behind the
// other, move up by one, the highest to the lowest place; after as many passes as a row has bits they have changed
// places.
NIGHTJAR_INLINE void transpose(Vec (&rows)[lanes]) {
#pragma GCC unroll 4
  for (int pass = 1; pass < lanes; pass *= 2) {
    Vec next[lanes];
#pragma GCC unroll 8
    for (int i = 0; i < lanes / 2; ++i) {
      next[2 * i] = interleave_low(rows[i], rows[i + lanes / 2]);
      next[2 * i + 1] = interleave_high(rows[i], rows[i + lanes / 2]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i) rows[i] = next[i];
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
