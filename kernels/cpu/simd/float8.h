// Eight floats in a 256-bit register: what AVX2 and AVX-512 have in common of it.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/cpu/simd/difference_tables.h"
#include "kernels/tensor.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

inline constexpr int lanes = 8;
inline constexpr bool fma_rounds_once = true;

struct Vec {
  __m256 v;
};
struct Words {
  __m256i v;
};

NIGHTJAR_INLINE Vec load(const float* p) {
  return {_mm256_loadu_ps(p)};
}
NIGHTJAR_INLINE void store(float* p, Vec a) {
  _mm256_storeu_ps(p, a.v);
}
NIGHTJAR_INLINE void stream(float* p, Vec a) {
  _mm256_stream_ps(p, a.v);
}
NIGHTJAR_INLINE void end_streams() {
  _mm_sfence();
}
NIGHTJAR_INLINE Vec set(float x) {
  return {_mm256_set1_ps(x)};
}
NIGHTJAR_INLINE Vec operator+(Vec a, Vec b) {
  return {_mm256_add_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec operator-(Vec a, Vec b) {
  return {_mm256_sub_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec operator*(Vec a, Vec b) {
  return {_mm256_mul_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec operator/(Vec a, Vec b) {
  return {_mm256_div_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec sqrt(Vec a) {
  return {_mm256_sqrt_ps(a.v)};
}
NIGHTJAR_INLINE Vec fma(Vec a, Vec b, Vec c) {
  return {_mm256_fmadd_ps(a.v, b.v, c.v)};
}  // a*b + c
NIGHTJAR_INLINE Vec max(Vec a, Vec b) {
  return {_mm256_max_ps(a.v, b.v)};
}
NIGHTJAR_INLINE Vec min(Vec a, Vec b) {
  return {_mm256_min_ps(a.v, b.v)};
}
// a0 b0 a1 b1 ... and the other half of it
NIGHTJAR_INLINE Vec interleave_low(Vec a, Vec b) {
  return {_mm256_permute2f128_ps(_mm256_unpacklo_ps(a.v, b.v), _mm256_unpackhi_ps(a.v, b.v), 0x20)};
}
NIGHTJAR_INLINE Vec interleave_high(Vec a, Vec b) {
  return {_mm256_permute2f128_ps(_mm256_unpacklo_ps(a.v, b.v), _mm256_unpackhi_ps(a.v, b.v), 0x31)};
}
// The four bytes at each of the offsets.
NIGHTJAR_INLINE Words gather_words(const std::uint8_t* p, const std::int32_t* offsets) {
  const __m256i places = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(offsets));
  return {_mm256_i32gather_epi32(reinterpret_cast<const int*>(p), places, 1)};
}
NIGHTJAR_INLINE Vec byte_of(Words a, int c) {
  return {_mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srli_epi32(a.v, 8 * c), _mm256_set1_epi32(255)))};
}
// Four bytes a lane.
struct Bytes {
  __m256i v;
};
NIGHTJAR_INLINE Bytes load_bytes(const std::uint8_t* p) {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))};
}
NIGHTJAR_INLINE Bytes zero_bytes() {
  return {_mm256_setzero_si256()};
}
NIGHTJAR_INLINE Bytes operator+(Bytes a, Bytes b) {
  return {_mm256_add_epi8(a.v, b.v)};
}
NIGHTJAR_INLINE Bytes low_nibbles(Bytes a) {
  return {_mm256_and_si256(a.v, _mm256_set1_epi8(15))};
}
NIGHTJAR_INLINE Bytes high_nibbles(Bytes a) {
  return low_nibbles({_mm256_srli_epi16(a.v, 4)});
}
// Of bytes below 16: see difference_tables.h.
NIGHTJAR_INLINE Bytes differences(Bytes a, int pair) {
  const auto* table = reinterpret_cast<const __m128i*>(difference_tables.bytes + pair);
  return {_mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_load_si128(table)), a.v)};
}
// 16-bit sums of bytes.
struct Counts {
  __m256i even, odd;
};
NIGHTJAR_INLINE void clear(Counts& sums) {
  sums.even = sums.odd = _mm256_setzero_si256();
}
NIGHTJAR_INLINE void operator+=(Counts& sums, Bytes a) {
  sums.even = _mm256_add_epi16(sums.even, _mm256_and_si256(a.v, _mm256_set1_epi16(255)));
  sums.odd = _mm256_add_epi16(sums.odd, _mm256_srli_epi16(a.v, 8));
}
// The sum of byte `b` of each lane.
NIGHTJAR_INLINE Vec sums_of(const Counts& sums, int b) {
  const __m256i both = b % 2 == 0 ? sums.even : sums.odd;
  return {_mm256_cvtepi32_ps(b < 2 ? _mm256_and_si256(both, _mm256_set1_epi32(0xffff))
                                   : _mm256_srli_epi32(both, 16))};
}
NIGHTJAR_INLINE float sum(Vec a) {
  const __m128 half = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 pair = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)));
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
