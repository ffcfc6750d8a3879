// Counting differing signs: up to 4 registers of bytes, each sign_filters filters, x 4 pairs of pixels.
//
// Three look-ups are added before the two pixels' counts, a nibble each, are taken apart: 10 instructions for
// 3 x 2 x 4 signs of as many filters as a register has bytes, which is 3.3 for 256 signs with AVX2. Counting
// the bits of exclusive-ors by look-up takes 8, after a tree of full adders (Harley-Seal) 6; AVX-512's
// VPOPCNTDQ would take 3 for 512 signs in place of 3.3, and another compiled set. Tables are read once for
// all registers of filters: 8 sums, 3 tables, what was looked up and a mask are 14 of AVX2's 16 registers.
#pragma once

#include "kernels/cpu/conv/xnor_signs.h"
#include "kernels/cpu/simd/difference_tables.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

constexpr int max_sign_registers = 4, max_pairs = 4;
// A byte holds so many steps of 4 signs, in whole groups of added look-ups.
constexpr int max_sign_steps = 255 / (4 * most_added_differences) * most_added_differences;

// What the taps of a tile read. The taps of a run lie side by side, in pairs as in weights.
struct SignTaps {
  const std::uint16_t* in;      // pairs of the first tap of the first pixel
  const std::uint8_t* weights;  // of the first register
  std::int64_t vector;          // to the next register's
  int rows, columns;            // runs
  int steps;                    // of a run
  int part;                     // at most so many steps at once, a multiple of most_added_differences
  std::ptrdiff_t tap_row, tap_column, step;  // between runs; between pairs of pixels
};

template <int n, int vectors>
NIGHTJAR_INLINE void add_differences(Bytes (&sums)[vectors][2], const std::uint16_t* in,
                                     const std::uint8_t* weights, std::int64_t vector) {
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    Bytes found = differences(load_bytes(weights + v * vector), in[0]);
#pragma GCC unroll 2
    for (int i = 1; i < n; ++i)
      found = found + differences(load_bytes(weights + v * vector + i * sign_filters), in[i]);
    sums[v][0] = sums[v][0] + low_nibbles(found);
    sums[v][1] = sums[v][1] + high_nibbles(found);
  }
}

// Of the filters of each register, at both pixels of a pair.
using PairCounts = Counts[max_sign_registers][2];

// Adds the differences of up to max_sign_steps steps to the counts of a pair of pixels.
template <int vectors>
NIGHTJAR_INLINE void count_part(PairCounts& counts, const std::uint16_t* in, const std::uint8_t* weights,
                                std::int64_t vector, int steps) {
  Bytes sums[vectors][2];
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) sums[v][0] = sums[v][1] = zero_bytes();
  int left = steps;
  for (; left >= most_added_differences; left -= most_added_differences) {
    add_differences<most_added_differences>(sums, in, weights, vector);
    in += most_added_differences;
    weights += most_added_differences * sign_filters;
  }
  for (; left > 0; --left, ++in, weights += sign_filters) add_differences<1>(sums, in, weights, vector);
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    counts[v][0] += sums[v][0];
    counts[v][1] += sums[v][1];
  }
}

// A part of the weights, which the first-level cache holds, goes over all pairs before the next one does.
template <int vectors>
void count_differences(const SignTaps& t, PairCounts* counts, int pairs) {
  for (int p = 0; p < pairs; ++p) {
    for (int v = 0; v < vectors; ++v) {
      clear(counts[p][v][0]);
      clear(counts[p][v][1]);
    }
  }
  const std::uint8_t* weights = t.weights;
  for (int run = 0; run < t.rows * t.columns; ++run) {
    const std::uint16_t* in = t.in + run / t.columns * t.tap_row + run % t.columns * t.tap_column;
    for (int left = t.steps; left > 0; left -= t.part) {
      const int steps = min(left, t.part);
      for (int p = 0; p < pairs; ++p)
        count_part<vectors>(counts[p], in + p * t.step, weights, t.vector, steps);
      in += steps;
      weights += steps * sign_filters;
    }
  }
}

using CountDifferences = void (*)(const SignTaps&, PairCounts*, int pairs);
NIGHTJAR_INLINE CountDifferences pick_count(int vectors) {
  static constexpr CountDifferences all[] = {&count_differences<1>, &count_differences<2>,
                                             &count_differences<3>, &count_differences<4>};
  return all[vectors - 1];
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
