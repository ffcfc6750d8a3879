// One 256-bit register of floats.
#pragma once

#include "kernels/cpu/simd/float8.h"

namespace nightjar::cpu::avx2 {

inline constexpr int registers = 16;

struct Mask {
  __m256 m;
};

NIGHTJAR_INLINE Mask greater(Vec a, Vec b) {
  return {_mm256_cmp_ps(a.v, b.v, _CMP_GT_OQ)};
}
NIGHTJAR_INLINE Vec select(Mask m, Vec yes, Vec no) {
  return {_mm256_blendv_ps(no.v, yes.v, m.m)};
}
NIGHTJAR_INLINE unsigned bits_of(Mask m) {
  return static_cast<unsigned>(_mm256_movemask_ps(m.m));
}
NIGHTJAR_INLINE Vec round(Vec a) {
  return {_mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
// a * 2^n for a whole n in [-126, 127]
NIGHTJAR_INLINE Vec scale_by_power_of_two(Vec a, Vec n) {
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n.v), _mm256_set1_epi32(127));
  return {_mm256_mul_ps(a.v, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)))};
}

}  // namespace nightjar::cpu::avx2
