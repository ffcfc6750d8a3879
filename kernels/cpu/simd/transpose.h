// Rows to columns, in registers.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// Of n rows, a power of two: the values of column 0 from the first row to the last, then those of column 1,
// and so on. A pass interleaves row i with row i + n / 2. The bits of a value's row and column, written one
// behind the other, move up by one, the highest to the lowest place; after as many passes as a row's number
// has bits, it comes last.
template <int n>
NIGHTJAR_INLINE void transpose(Vec (&rows)[n]) {
#pragma GCC unroll 4
  for (int pass = 1; pass < n; pass *= 2) {
    Vec next[n];
#pragma GCC unroll 8
    for (int i = 0; i < n / 2; ++i) {
      next[2 * i] = interleave_low(rows[i], rows[i + n / 2]);
      next[2 * i + 1] = interleave_high(rows[i], rows[i + n / 2]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < n; ++i) rows[i] = next[i];
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
