// The transforms of Winograd's convolution F(m x m, 3 x 3): Y = A^T [(G g G^T) * (B^T d B)] A.
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308, by Cook-Toom interpolation.
//
// At stride 2 an output is w0 d[2i] + w2 d[2i + 2], two taps on the even cells, and w1 d[2i + 1], one tap on the odd ones.
// Both are transformed at the same points, so that their products can be added before the way back; the one tap has no
// value at infinity, which saves those products.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// filter() is G, input() B^T, output() A^T, each of one column.
//
// A tile's side has `inputs` cells, which become as many transformed lines; product i of a side is the sum over lines_of(i)
// of them times the filter's.
struct StrideOne {
  static constexpr int stride = 1;
  static constexpr int lines_of(int) { return 1; }
  static constexpr int line(int product, int) { return product; }
};
template <int products>
struct StrideTwo {  // the lines of the even cells first
  static constexpr int stride = 2;
  static constexpr int lines_of(int product) { return product + 1 < products ? 2 : 1; }
  static constexpr int line(int product, int i) { return i * products + product; }
};

// Points 0, 1, -1, infinity: 16 instead of 36 multiplications for 2 x 2 outputs.
struct F2 : StrideOne {
  static constexpr int outputs = 2, inputs = 4, products = 4;

  NIGHTJAR_INLINE static void filter(const Vec (&g)[3], Vec (&t)[inputs]) {
    const Vec outer = set(.5f) * (g[0] + g[2]), inner = set(.5f) * g[1];
    t[0] = g[0];
    t[1] = outer + inner;
    t[2] = outer - inner;
    t[3] = g[2];
  }
  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[3] - d[1];
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] + m[3];
  }
};

// Points 0, 1, -1, 2, -1/2, infinity: 36 instead of 144 multiplications for 4 x 4 outputs. A point and its negative
// reciprocal round 0.6 times as badly as 2 and -2 do (docs/numerics.md).
struct F4 : StrideOne {
  static constexpr int outputs = 4, inputs = 6, products = 6;

  NIGHTJAR_INLINE static void filter(const Vec (&g)[3], Vec (&t)[inputs]) {
    const Vec outer = set(1.f / 3) * (g[0] + g[2]), inner = set(1.f / 3) * g[1];
    t[0] = g[0];
    t[1] = set(0.f) - outer - inner;
    t[2] = outer - inner;
    t[3] = fma(set(2.f / 15), g[1], fma(set(4.f / 15), g[2], set(1.f / 15) * g[0]));
    t[4] = fma(set(-16.f / 15), g[0], fma(set(8.f / 15), g[1], set(-4.f / 15) * g[2]));
    t[5] = g[2];
  }
  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    const Vec half = set(.5f), two = set(2.f), three_halves = set(1.5f), five_halves = set(2.5f);
    const Vec d13 = d[3] - d[1], d24 = d[4] - d[2];
    t[0] = d[0] + d24 - d[2] - three_halves * d13;
    t[1] = d[4] - d[1] - fma(five_halves, d[2], half * d[3]);
    t[2] = fma(half, d[2], d[4] + d[1]) - five_halves * d[3];
    t[3] = fma(half, d13, d24);
    t[4] = d24 - two * d13;
    t[5] = d[5] - d[3] - d13 - three_halves * d24;
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    const Vec sum = m[1] + m[2], difference = m[1] - m[2];
    y[0] = m[0] + sum + (m[3] + m[4]);
    y[1] = fma(set(2.f), m[3], fma(set(-.5f), m[4], difference));
    y[2] = fma(set(4.f), m[3], fma(set(.25f), m[4], sum));
    y[3] = fma(set(8.f), m[3], fma(set(-.125f), m[4], difference + m[5]));
  }
};

// Stride 2, points 0, -1, infinity: 25 instead of 36 multiplications for 2 x 2 outputs.
struct F2Stride2 : StrideTwo<3> {
  static constexpr int outputs = 2, inputs = 5, products = 3;

  NIGHTJAR_INLINE static void filter(const Vec (&g)[3], Vec (&t)[inputs]) {
    t[0] = g[0];
    t[1] = g[2] - g[0];
    t[2] = g[2];
    t[3] = g[1];
    t[4] = set(0.f) - g[1];
  }
  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    t[0] = d[0] + d[2];
    t[1] = d[2];
    t[2] = d[2] + d[4];
    t[3] = d[1] + d[3];
    t[4] = d[3];
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    y[0] = m[0] + m[1];
    y[1] = m[2] - m[1];
  }
};

// Stride 2, points 0, 1, -1, infinity: 49 instead of 81 multiplications for 3 x 3 outputs. 4 x 4 outputs, with 2 as a fifth
// point, leave 81 of 144, but round four times as badly: through a deep network that showed (docs/performance.md).
struct F3Stride2 : StrideTwo<4> {
  static constexpr int outputs = 3, inputs = 7, products = 4;

  NIGHTJAR_INLINE static void filter(const Vec (&g)[3], Vec (&t)[inputs]) {
    t[0] = g[0];
    t[1] = set(.5f) * (g[0] + g[2]);
    t[2] = set(.5f) * (g[0] - g[2]);
    t[3] = g[2];
    t[4] = g[1];
    t[5] = t[6] = set(.5f) * g[1];
  }
  NIGHTJAR_INLINE static void input(const Vec (&d)[inputs], Vec (&t)[inputs]) {
    t[0] = d[0] - d[4];
    t[1] = d[2] + d[4];
    t[2] = d[4] - d[2];
    t[3] = d[6] - d[2];
    t[4] = d[1] - d[5];
    t[5] = d[3] + d[5];
    t[6] = d[5] - d[3];
  }
  NIGHTJAR_INLINE static void output(const Vec (&m)[products], Vec (&y)[outputs]) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2];
    y[2] = m[1] + m[2] + m[3];
  }
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
