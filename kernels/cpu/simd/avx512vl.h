// One 256-bit register of floats, of the 32 that AVX-512 has: for values whose channels fill no 512-bit one.
#pragma once

#include <immintrin.h>

#include "kernels/tensor.h"

namespace nightjar::cpu::avx512vl {

inline constexpr int lanes = 8;
inline constexpr int registers = 32;

struct Vec {
  __m256 v;
};
struct Mask {
  __mmask8 m;
};

NIGHTJAR_INLINE Vec load(const float* p) { return {_mm256_loadu_ps(p)}; }
NIGHTJAR_INLINE void store(float* p, Vec a) { _mm256_storeu_ps(p, a.v); }
NIGHTJAR_INLINE Vec set(float x) { return {_mm256_set1_ps(x)}; }
NIGHTJAR_INLINE Vec operator+(Vec a, Vec b) { return {_mm256_add_ps(a.v, b.v)}; }
NIGHTJAR_INLINE Vec operator-(Vec a, Vec b) { return {_mm256_sub_ps(a.v, b.v)}; }
NIGHTJAR_INLINE Vec operator*(Vec a, Vec b) { return {_mm256_mul_ps(a.v, b.v)}; }
NIGHTJAR_INLINE Vec operator/(Vec a, Vec b) { return {_mm256_div_ps(a.v, b.v)}; }
NIGHTJAR_INLINE Vec fma(Vec a, Vec b, Vec c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }  // a*b + c
NIGHTJAR_INLINE Vec max(Vec a, Vec b) { return {_mm256_max_ps(a.v, b.v)}; }
NIGHTJAR_INLINE Vec min(Vec a, Vec b) { return {_mm256_min_ps(a.v, b.v)}; }
NIGHTJAR_INLINE Mask greater(Vec a, Vec b) { return {_mm256_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ)}; }
NIGHTJAR_INLINE Vec select(Mask m, Vec yes, Vec no) { return {_mm256_mask_blend_ps(m.m, no.v, yes.v)}; }
NIGHTJAR_INLINE Vec round(Vec a) { return {_mm256_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)}; }
// a * 2^n for a whole n in [-126, 127]
NIGHTJAR_INLINE Vec scale_by_power_of_two(Vec a, Vec n) { return {_mm256_scalef_ps(a.v, n.v)}; }
NIGHTJAR_INLINE float sum(Vec a) {
  const __m128 half = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 pair = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)));
}

}  // namespace nightjar::cpu::avx512vl
