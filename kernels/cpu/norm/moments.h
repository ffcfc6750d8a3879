// Mean and variance of a block of channels, lane by lane.
//
// A row is gone through twice while it is in the first-level cache: for its mean, then for the squares of the
// distances from that, which a sum of squares would lose where a mean is large beside the deviation. Rows are
// joined in double [Chan, Golub & LeVeque 1983], in their order: the same bits on any number of threads.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

struct Moments {
  double count = 0;
  double mean[lanes] = {}, squares[lanes] = {};

  NIGHTJAR_INLINE void add(double more, const double* other_mean, const double* other_squares) {
    const double share = more / (count + more), weight = count * share;
    for (int i = 0; i < lanes; ++i) {
      const double distance = other_mean[i] - mean[i];
      mean[i] += distance * share;
      squares[i] += other_squares[i] + distance * distance * weight;
    }
    count += more;
  }
  NIGHTJAR_INLINE void add(const Moments& other) { add(other.count, other.mean, other.squares); }

  NIGHTJAR_INLINE void add_row(const float* row, int width) {
    Vec sum = set(0.f), rest = set(0.f), squares_of_row = set(0.f);
    for (int x = 0; x < width; ++x) sum = sum + load(row + x * lanes);
    const Vec middle = sum * set(1.f / float(width));
    for (int x = 0; x < width; ++x) {
      const Vec distance = load(row + x * lanes) - middle;
      rest = rest + distance;  // as much as `middle` is off
      squares_of_row = fma(distance, distance, squares_of_row);
    }
    float middles[lanes], rests[lanes], squares_from_middle[lanes];
    store(middles, middle), store(rests, rest), store(squares_from_middle, squares_of_row);
    double row_mean[lanes], row_squares[lanes];
    for (int i = 0; i < lanes; ++i) {
      const double off = double{rests[i]} / width;
      row_mean[i] = middles[i] + off;
      row_squares[i] = squares_from_middle[i] - off * rests[i];
    }
    add(width, row_mean, row_squares);
  }
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
