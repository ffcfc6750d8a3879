// A register of pixels of up to three bytes each, wherever they lie.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

#if defined(__AVX512F__) || defined(__AVX2__)

// v / 255, rounded as the division is, for whole v of 0 to 255: a quotient and one step of Newton's, which
// takes a third of the time.
NIGHTJAR_INLINE Vec over_255(Vec v) {
  const Vec quotient = v * set(1 / 255.f);
  const Vec rest = fma(set(0.f) - quotient, set(255.f), v);
  return fma(rest, set(1 / 255.f), quotient);
}

#else

NIGHTJAR_INLINE Vec over_255(Vec v) {
  return v / set(255.f);
}

#endif

#if defined(__AVX2__)

template <int count>
struct WordsOf;
template <>
struct WordsOf<8> {
  __m256i v;
  NIGHTJAR_INLINE static WordsOf gather(const std::uint8_t* row, const std::int32_t* offsets) {
    const __m256i places = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(offsets));
    return {_mm256_i32gather_epi32(reinterpret_cast<const int*>(row), places, 1)};
  }
  NIGHTJAR_INLINE __m256 byte(int c) const {
    return _mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srli_epi32(v, 8 * c), _mm256_set1_epi32(255)));
  }
};
#if defined(__AVX512F__)
template <>
struct WordsOf<16> {
  __m512i v;
  NIGHTJAR_INLINE static WordsOf gather(const std::uint8_t* row, const std::int32_t* offsets) {
    return {_mm512_i32gather_epi32(_mm512_loadu_si512(offsets), row, 1)};
  }
  NIGHTJAR_INLINE __m512 byte(int c) const {
    return _mm512_cvtepi32_ps(
        _mm512_and_si512(_mm512_srli_epi32(v, static_cast<unsigned>(8 * c)), _mm512_set1_epi32(255)));
  }
};
#endif
using Pixels = WordsOf<lanes>;

NIGHTJAR_INLINE Pixels load_pixels(const std::uint8_t* row, const std::int32_t* offsets) {
  return Pixels::gather(row, offsets);
}
NIGHTJAR_INLINE Vec unit(const Pixels& pixels, int c) {
  return over_255({pixels.byte(c)});
}

#else

struct Pixels {
  const std::uint8_t* at[lanes];
};

NIGHTJAR_INLINE Pixels load_pixels(const std::uint8_t* row, const std::int32_t* offsets) {
  Pixels pixels;
  for (int i = 0; i < lanes; ++i) pixels.at[i] = row + offsets[i];
  return pixels;
}
NIGHTJAR_INLINE Vec unit(const Pixels& pixels, int c) {
  float values[lanes];
  for (int i = 0; i < lanes; ++i) values[i] = pixels.at[i][c];
  return over_255(load(values));
}

#endif

}  // namespace nightjar::cpu::NIGHTJAR_ISA
