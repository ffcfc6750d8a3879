// One 512-bit register of floats.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/cpu/simd/difference_tables.h"
#include "kernels/tensor.h"

#define NIGHTJAR_OTHER_BLOCK 8  // of avx512vl
#define NIGHTJAR_NARROW_BLOCK 8

namespace nightjar::cpu::avx512 {

inline constexpr int lanes = 16;
inline constexpr int registers = 32;
inline constexpr bool fma_rounds_once = true;

struct Vec {
  __m512 v;
};
struct Words {
  __m512i v;
};
struct Mask {
  __mmask16 m;
};

NIGHTJAR_INLINE Vec load(const float* p) {
  return {_mm512_loadu_ps(p)};
}
NIGHTJAR_INLINE void store(float* p, Vec a) {
  _mm512_storeu_ps(p, a.v);
}
NIGHTJAR_INLINE void stream(float* p, Vec a) {
  _mm512_stream_ps(p, a.v);
}
NIGHTJAR_INLINE void end_streams() {
  _mm_sfence();
}
NIGHTJAR_INLINE Vec set(float x) {
  return {_mm512_set1_ps(x)};
}
NIGHTJAR_INLINE Vec operator+(Vec a, Vec b) {
  return {_mm512_add_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec operator-(Vec a, Vec b) {
  return {_mm512_sub_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec operator*(Vec a, Vec b) {
  return {_mm512_mul_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec operator/(Vec a, Vec b) {
  return {_mm512_div_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec sqrt(Vec a) {
  return {_mm512_sqrt_ps(a.v)};
}
NIGHTJAR_INLINE Vec fma(Vec a, Vec b, Vec c) {
  return {_mm512_fmadd_ps(a.v, b.v, c.v)};
}  // a*b + c
NIGHTJAR_INLINE Vec max(Vec a, Vec b) {
  return {_mm512_max_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec min(Vec a, Vec b) {
  return {_mm512_min_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Mask greater(Vec a, Vec b) {
  return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ)};
}
NIGHTJAR_INLINE Vec select(Mask m, Vec yes, Vec no) {
  return {_mm512_mask_blend_ps(m.m, no.v, yes.v)};
}
NIGHTJAR_INLINE unsigned bits_of(Mask m) {
  return m.m;
}
NIGHTJAR_INLINE Vec round(Vec a) {
  return {_mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
// a * 2^n for a whole n in [-126, 127]
NIGHTJAR_INLINE Vec scale_by_power_of_two(Vec a, Vec n) {
  return {_mm512_scalef_ps(a.v, n.v)};
}
// a0 b0 a1 b1 ... and the other half of it
NIGHTJAR_INLINE Vec interleave_low(Vec a, Vec b) {
  const __m512i order = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  return {_mm512_permutex2var_ps(a.v, order, b.v)};
}
NIGHTJAR_INLINE Vec interleave_high(Vec a, Vec b) {
  const __m512i order = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  return {_mm512_permutex2var_ps(a.v, order, b.v)};
}
// p[0], p[2], ... p[30]; nothing behind that is read.
NIGHTJAR_INLINE Vec load_every_second(const float* p) {
  const __m512i order = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31);
  return {_mm512_permutex2var_ps(_mm512_loadu_ps(p), order, _mm512_loadu_ps(p + 15))};
}
// Lane `c` of each half, all over that half; c < 8.
NIGHTJAR_INLINE Vec spread_in_halves(Vec a, int c) {
  const __m512i halves = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8);
  return {_mm512_permutexvar_ps(_mm512_add_epi32(halves, _mm512_set1_epi32(c)), a.v)};
}
// The two halves of `a` added, then those of `b`.
NIGHTJAR_INLINE Vec fold_halves(Vec a, Vec b) {
  return {_mm512_add_ps(_mm512_shuffle_f32x4(a.v, b.v, 0x44), _mm512_shuffle_f32x4(a.v, b.v, 0xee))};
}
// The four bytes at each of the offsets.
NIGHTJAR_INLINE Words gather_words(const std::uint8_t* p, const std::int32_t* offsets) {
  return {_mm512_i32gather_epi32(_mm512_loadu_si512(offsets), p, 1)};
}
NIGHTJAR_INLINE Vec byte_of(Words a, int c) {
  const __m512i shifted = _mm512_srli_epi32(a.v, static_cast<unsigned>(8 * c));
  return {_mm512_cvtepi32_ps(_mm512_and_si512(shifted, _mm512_set1_epi32(255)))};
}
// Four bytes a lane.
struct Bytes {
  __m512i v;
};
NIGHTJAR_INLINE Bytes load_bytes(const std::uint8_t* p) {
  return {_mm512_loadu_si512(p)};
}
NIGHTJAR_INLINE Bytes zero_bytes() {
  return {_mm512_setzero_si512()};
}
NIGHTJAR_INLINE Bytes operator+(Bytes a, Bytes b) {
  return {_mm512_add_epi8(a.v, b.v)};
}
NIGHTJAR_INLINE Bytes low_nibbles(Bytes a) {
  return {_mm512_and_si512(a.v, _mm512_set1_epi8(15))};
}
NIGHTJAR_INLINE Bytes high_nibbles(Bytes a) {
  return low_nibbles({_mm512_srli_epi16(a.v, 4)});
}
// Of bytes below 16: see difference_tables.h.
NIGHTJAR_INLINE Bytes differences(Bytes a, int pair) {
  const auto* table = reinterpret_cast<const __m128i*>(difference_tables.bytes + pair);
  return {_mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_load_si128(table)), a.v)};
}
// 16-bit sums of bytes.
struct Counts {
  __m512i even, odd;
};
NIGHTJAR_INLINE void clear(Counts& sums) {
  sums.even = sums.odd = _mm512_setzero_si512();
}
NIGHTJAR_INLINE void operator+=(Counts& sums, Bytes a) {
  sums.even = _mm512_add_epi16(sums.even, _mm512_and_si512(a.v, _mm512_set1_epi16(255)));
  sums.odd = _mm512_add_epi16(sums.odd, _mm512_srli_epi16(a.v, 8));
}
// The sum of byte `b` of each lane.
NIGHTJAR_INLINE Vec sums_of(const Counts& sums, int b) {
  const __m512i both = b % 2 == 0 ? sums.even : sums.odd;
  return {_mm512_cvtepi32_ps(b < 2 ? _mm512_and_si512(both, _mm512_set1_epi32(0xffff))
                                   : _mm512_srli_epi32(both, 16))};
}
NIGHTJAR_INLINE float sum(Vec a) {
  return _mm512_reduce_add_ps(a.v);
}

}  // namespace nightjar::cpu::avx512
