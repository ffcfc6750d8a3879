// What the activations' formulas (kernels/activation.h) are made of on whole registers. Relative errors of
// the activations against double precision, for |x| <= 80: logistic and swish below 4e-7, mish and tanh below
// 6e-7 (tests/kernels/activation_test.cpp holds them to that).
#pragma once

#include <cstdint>

#include "kernels/activation.h"
#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

NIGHTJAR_INLINE Vec like(float constant, Vec) {
  return set(constant);
}
NIGHTJAR_INLINE Vec divide(Vec a, Vec b) {
  return a / b;
}

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

// Calls visit.operator()<A>() with the activation's struct.
template <class Visit>
NIGHTJAR_INLINE void with_activation(Activation activation, const Visit& visit) {
  switch (activation) {
#define NIGHTJAR_VISIT(name, type) \
  case Activation::name:           \
    return visit.template operator()<activations::type>();
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_VISIT)
#undef NIGHTJAR_VISIT
  }
}

// Whether it is applied in registers, right where the sums are.
NIGHTJAR_INLINE bool is_cheap(Activation activation) {
  bool cheap = false;
  with_activation(activation, [&]<class A>() { cheap = A::cost == activations::Cost::store; });
  return cheap;
}

// Any activation, over `count` floats in memory.
void activate(Activation activation, float* values, std::int64_t count);

}  // namespace nightjar::cpu::NIGHTJAR_ISA
