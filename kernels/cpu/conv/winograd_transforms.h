// The transforms of Winograd's convolution F(m x m, 3 x 3): Y = A^T [(G g G^T) * (B^T d B)] A.
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308, by Cook-Toom
// interpolation.
//
// Tiles of several sizes share their points, smaller ones use fewer of the same sequence, so that one
// transformed filter serves them all. Therefore G has the plain powers of the points, B^T the plain
// polynomials, and what the interpolation divides by is in A^T.
//
// At stride 2 an output is w0 d[2i] + w2 d[2i + 2], two taps on the even cells, and w1 d[2i + 1], one tap on
// the odd ones. Both are transformed at the same points, so that their products can be added before the way
// back; the one tap has no value at infinity, which saves those products.
//
// A tile's side has `inputs` cells, which become as many transformed lines; product i of a side is the sum
// over lines_of(i) of them times the filter's. filter() is G, input() B^T, output() A^T, each of one column.
//
// The gradient by the filter is G^T [(A y A^T) * (B^T d B)] G, y being the output's: gradient() is A, taps()
// G^T.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

struct StrideOne {
  static constexpr int stride = 1;
  static constexpr int lines_of(int) { return 1; }
  static constexpr int line(int product, int) { return product; }

  // At the first `lines` of the points 0, 1, -1, 2, infinity, -1/2, -2, 1/2. A point and its negative
  // reciprocal round 0.6 times as badly as 2 and -2 do (docs/numerics.md).
  template <int lines>
  NIGHTJAR_INLINE static void filter(const Vec (&g)[3], Vec (&t)[lines]) {
    const Vec outer = g[0] + g[2], at_two = fma(set(4.f), g[2], g[0]);
    t[0] = g[0];
    t[1] = outer + g[1];
    t[2] = outer - g[1];
    t[3] = fma(set(2.f), g[1], at_two);
    t[4] = g[2];
    if constexpr (lines > 5) {
      const Vec at_half = fma(set(.25f), g[2], g[0]);
      t[5] = fma(set(-.5f), g[1], at_half);
      if constexpr (lines > 6) t[6] = fma(set(-2.f), g[1], at_two);
      if constexpr (lines > 7) t[7] = fma(set(.5f), g[1], at_half);
    }
  }
  template <int lines>
  NIGHTJAR_INLINE static void taps(const Vec (&t)[lines], Vec (&g)[3]) {
    const Vec ones = t[1] + t[2];
    g[0] = t[0] + ones + t[3];
    g[1] = fma(set(2.f), t[3], t[1] - t[2]);
    g[2] = fma(set(4.f), t[3], ones + t[4]);
    if constexpr (lines > 5) {
      g[0] = g[0] + t[5];
      g[1] = fma(set(-.5f), t[5], g[1]);
      g[2] = fma(set(.25f), t[5], g[2]);
    }
    if constexpr (lines > 7) {
      g[0] = g[0] + t[6] + t[7];
      g[1] = g[1] + fma(set(-2.f), t[6], set(.5f) * t[7]);
      g[2] = g[2] + fma(set(4.f), t[6], set(.25f) * t[7]);
    }
  }
};

// 25 instead of 81 multiplications for 3 x 3 outputs.
struct F3 : StrideOne {
  static constexpr int outputs = 3, inputs = 5, products = 5;

  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    const Vec two = set(2.f), d31 = d[3] - d[1];
    t[0] = fma(two, d[0] - d[2], d31);
    t[1] = d[3] - fma(two, d[1], d[2]);
    t[2] = fma(two, d[1], d[3]) - set(3.f) * d[2];
    t[3] = d31;
    t[4] = d[4] - d[2] - two * d31;
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    const Vec one = set(-.5f) * m[1], sixth = set(1.f / 6);
    y[0] = fma(set(.5f), m[0], fma(sixth, m[3] - m[2], one));
    y[1] = fma(sixth, m[2], fma(set(1.f / 3), m[3], one));
    y[2] = fma(set(-1.f / 6), m[2], fma(set(2.f / 3), m[3], one + m[4]));
  }
  NIGHTJAR_INLINE static void gradient(const Vec (&y)[outputs], Vec (&m)[products]) {
    const Vec even = y[0] + y[2], sixth = set(1.f / 6);
    m[0] = set(.5f) * y[0];
    m[1] = set(-.5f) * (even + y[1]);
    m[2] = sixth * (y[1] - even);
    m[3] = fma(sixth, y[0], fma(set(1.f / 3), y[1], set(2.f / 3) * y[2]));
    m[4] = y[2];
  }
};

// 36 instead of 144 multiplications for 4 x 4 outputs.
struct F4 : StrideOne {
  static constexpr int outputs = 4, inputs = 6, products = 6;

  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    const Vec half = set(.5f), two = set(2.f), three_halves = set(1.5f), five_halves = set(2.5f);
    const Vec d13 = d[3] - d[1], d24 = d[4] - d[2];
    t[0] = d[0] + d24 - d[2] - three_halves * d13;
    t[1] = d[4] - d[1] - fma(five_halves, d[2], half * d[3]);
    t[2] = fma(half, d[2], d[4] + d[1]) - five_halves * d[3];
    t[3] = fma(half, d13, d24);
    t[4] = d[5] - d[3] - d13 - three_halves * d24;
    t[5] = d24 - two * d13;
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    const Vec even = set(1.f / 3) * (m[2] - m[1]), odd = set(-1.f / 3) * (m[1] + m[2]);
    y[0] = fma(set(1.f / 15), m[3], fma(set(-16.f / 15), m[5], even + m[0]));
    y[1] = fma(set(2.f / 15), m[3], fma(set(8.f / 15), m[5], odd));
    y[2] = fma(set(4.f / 15), m[3] - m[5], even);
    y[3] = fma(set(8.f / 15), m[3], fma(set(2.f / 15), m[5], odd + m[4]));
  }
  NIGHTJAR_INLINE static void gradient(const Vec (&y)[outputs], Vec (&m)[products]) {
    const Vec even = set(1.f / 3) * (y[0] + y[2]), odd = set(1.f / 3) * (y[1] + y[3]);
    m[0] = y[0];
    m[1] = set(0.f) - even - odd;
    m[2] = even - odd;
    m[3] = set(1.f / 15) * fma(set(8.f), y[3], fma(set(4.f), y[2], fma(set(2.f), y[1], y[0])));
    m[4] = y[3];
    m[5] = set(2.f / 15) * fma(set(-8.f), y[0], fma(set(4.f), y[1], fma(set(-2.f), y[2], y[3])));
  }
};

// 64 instead of 324 multiplications for 6 x 6 outputs.
struct F6 : StrideOne {
  static constexpr int outputs = 6, inputs = 8, products = 8;

  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    const Vec k5_25 = set(5.25f), k4_25 = set(-4.25f), k1_25 = set(-1.25f), k2_5 = set(-2.5f);
    const Vec quarter = set(.25f), half = set(.5f), two = set(2.f), four = set(4.f);
    t[0] = fma(k5_25, d[4] - d[2], d[0] - d[6]);
    const Vec even1 = fma(k4_25, d[4], d[2] + d[6]), odd1 = fma(k4_25, d[3], d[1] + d[5]);
    t[1] = even1 + odd1;
    t[2] = even1 - odd1;
    const Vec even2 = fma(quarter, d[2], fma(k1_25, d[4], d[6])),
              odd2 = fma(two, d[5], fma(k2_5, d[3], half * d[1]));
    t[3] = even2 + odd2;
    t[4] = fma(k5_25, d[3] - d[5], d[7] - d[1]);
    const Vec even3 = fma(four, d[2], fma(set(-5.f), d[4], d[6])),
              odd3 = fma(half, d[5], fma(k2_5, d[3], two * d[1]));
    t[5] = even3 - odd3;
    t[6] = even2 - odd2;
    t[7] = even3 + odd3;
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    constexpr float one = -2.f / 9, two = 1.f / 90, half = 32.f / 45;
    const Vec even1 = set(one) * (m[1] + m[2]), odd1 = set(one) * (m[1] - m[2]);
    const Vec even2 = m[3] + m[6], odd2 = m[3] - m[6];
    const Vec even3 = m[7] + m[5], odd3 = m[7] - m[5];
    y[0] = fma(set(two), even2, fma(set(half), even3, even1 + m[0]));
    y[1] = fma(set(2 * two), odd2, fma(set(half / 2), odd3, odd1));
    y[2] = fma(set(4 * two), even2, fma(set(half / 4), even3, even1));
    y[3] = fma(set(8 * two), odd2, fma(set(half / 8), odd3, odd1));
    y[4] = fma(set(16 * two), even2, fma(set(half / 16), even3, even1));
    y[5] = fma(set(32 * two), odd2, fma(set(half / 32), odd3, odd1 + m[4]));
  }
  NIGHTJAR_INLINE static void gradient(const Vec (&y)[outputs], Vec (&m)[products]) {
    constexpr float one = -2.f / 9, two = 1.f / 90, half = 32.f / 45;
    const Vec even1 = set(one) * (y[0] + y[2] + y[4]), odd1 = set(one) * (y[1] + y[3] + y[5]);
    const Vec even2 = set(two) * fma(set(16.f), y[4], fma(set(4.f), y[2], y[0])),
              odd2 = set(2 * two) * fma(set(16.f), y[5], fma(set(4.f), y[3], y[1]));
    const Vec even3 = set(half) * fma(set(1.f / 16), y[4], fma(set(.25f), y[2], y[0])),
              odd3 = set(half / 2) * fma(set(1.f / 16), y[5], fma(set(.25f), y[3], y[1]));
    m[0] = y[0];
    m[1] = even1 + odd1;
    m[2] = even1 - odd1;
    m[3] = even2 + odd2;
    m[4] = y[5];
    m[5] = even3 - odd3;
    m[6] = even2 - odd2;
    m[7] = even3 + odd3;
  }
};

// At the points 0, -1, infinity, 1: of each but infinity the line of the even cells, then that of the odd
// ones.
struct StrideTwo {
  static constexpr int stride = 2;
  static constexpr int infinity = 2;
  static constexpr int lines_of(int product) { return product == infinity ? 1 : 2; }
  static constexpr int line(int product, int i) { return 2 * product + i - (product > infinity); }

  template <int lines>
  NIGHTJAR_INLINE static void filter(const Vec (&g)[3], Vec (&t)[lines]) {
    t[0] = g[0];
    t[2] = g[0] - g[2];
    t[4] = g[2];
    t[1] = t[3] = g[1];
    if constexpr (lines > 5) {
      t[5] = g[0] + g[2];
      t[6] = g[1];
    }
  }
};

// 25 instead of 36 multiplications for 2 x 2 outputs.
struct F2Stride2 : StrideTwo {
  static constexpr int outputs = 2, inputs = 5, products = 3;

  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    t[0] = d[0] + d[2];
    t[1] = d[1] + d[3];
    t[2] = d[2];
    t[3] = d[3];
    t[4] = d[2] + d[4];
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    y[0] = m[0] - m[1];
    y[1] = m[2] + m[1];
  }
};

// 49 instead of 81 multiplications for 3 x 3 outputs. 4 x 4 outputs, with 2 as a fifth point, leave 81 of
// 144, but round four times as badly: through a deep network that showed (docs/performance.md).
struct F3Stride2 : StrideTwo {
  static constexpr int outputs = 3, inputs = 7, products = 4;

  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    t[0] = d[0] - d[4];
    t[1] = d[1] - d[5];
    t[2] = d[4] - d[2];
    t[3] = d[5] - d[3];
    t[4] = d[6] - d[2];
    t[5] = d[2] + d[4];
    t[6] = d[3] + d[5];
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    const Vec half = set(.5f), sum = half * (m[3] + m[1]);
    y[0] = m[0] + sum;
    y[1] = half * (m[3] - m[1]);
    y[2] = sum + m[2];
  }
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
