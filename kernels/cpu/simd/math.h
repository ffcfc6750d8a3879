// exp and the activations on whole registers. Relative errors against double precision, for |x| <= 80:
// logistic and swish below 4e-7, mish and tanh below 6e-7 (tests/kernels/activation_test.cpp holds them to
// that).
#pragma once

#include <cstdint>

#include "kernels/activation.h"
#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// e^x to 2 ulp for x in [-87, 88]; clamped outside, so that nothing overflows to infinity.
// x = n ln2 + r, |r| <= ln2/2; ln2 in two parts keeps r exact; e^r by its Taylor series to r^7 (remainder <
// 5e-9).
NIGHTJAR_INLINE Vec exp(Vec x) {
  x = max(min(x, set(88.f)), set(-87.f));
  const Vec n = round(x * set(1.44269504088896341f));
  const Vec r = fma(n, set(2.12194440e-4f), fma(n, set(-.693359375f), x));
  Vec p = set(1.f / 5040);
  p = fma(p, r, set(1.f / 720));
  p = fma(p, r, set(1.f / 120));
  p = fma(p, r, set(1.f / 24));
  p = fma(p, r, set(1.f / 6));
  p = fma(p, r, set(.5f));
  p = fma(p, r * r, r + set(1.f));
  return scale_by_power_of_two(p, n);
}

NIGHTJAR_INLINE Vec logistic(Vec x) {
  return set(1.f) / (set(1.f) + exp(set(0.f) - x));
}
// 2 logistic(2x) - 1 would cancel near 0; there the odd series is used instead.
NIGHTJAR_INLINE Vec tanh(Vec x) {
  const Vec square = x * x;
  Vec series = set(62.f / 2835);
  series = fma(series, square, set(-17.f / 315));
  series = fma(series, square, set(2.f / 15));
  series = fma(series, square, set(-1.f / 3));
  series = fma(series * square, x, x);
  const Vec e = exp(x + x);
  const Vec far = set(1.f) - set(2.f) / (e + set(1.f));
  return select(greater(square, set(.09f)), far, series);
}

// Below the range of exp() the logistic stays just above 0; the factor must stop there, too.
NIGHTJAR_INLINE Vec swish(Vec x) {
  return max(x, set(-87.f)) * logistic(x);
}

// x tanh(ln(1 + e^x)) = x n / (n + 2) with n = e^x (e^x + 2): one exp, no log, no cancellation. Above 20 it
// is x.
NIGHTJAR_INLINE Vec mish(Vec x) {
  const Vec e = exp(min(x, set(20.f)));
  const Vec n = e * (e + set(2.f));
  return max(x, set(-87.f)) * (n / (n + set(2.f)));
}

NIGHTJAR_INLINE Vec leaky(Vec x, float slope) {
  return max(x, x * set(slope));
}  // slope < 1

// Activations that cost a multiplication or two: applied in registers, right where the sums are.
NIGHTJAR_INLINE bool is_cheap(Activation a) {
  return a == Activation::linear || a == Activation::leaky || a == Activation::relu;
}

// Any activation, over `count` floats in memory.
void activate(Activation activation, float* values, std::int64_t count);

}  // namespace nightjar::cpu::NIGHTJAR_ISA
