// Four floats in the compiler's own vector type: SSE2 on x86-64, NEON on ARM, plain code elsewhere.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "kernels/tensor.h"

namespace nightjar::cpu::portable {

inline constexpr int lanes = 4;
inline constexpr int registers = 16;
inline constexpr bool fma_rounds_once = false;

struct Vec {
  float v __attribute__((vector_size(16)));
};
struct Mask {
  std::int32_t m __attribute__((vector_size(16)));
};
struct Words {
  const std::uint8_t* at[lanes];
};

NIGHTJAR_INLINE Vec load(const float* p) {
  Vec a;
  std::memcpy(&a, p, sizeof a);
  return a;
}
NIGHTJAR_INLINE void store(float* p, Vec a) {
  std::memcpy(p, &a, sizeof a);
}
NIGHTJAR_INLINE void stream(float* p, Vec a) {
  store(p, a);
}
NIGHTJAR_INLINE void end_streams() {}
NIGHTJAR_INLINE Vec set(float x) {
  return {x - decltype(Vec::v){}};
}
NIGHTJAR_INLINE Vec operator+(Vec a, Vec b) {
  return {a.v + b.v};
}
NIGHTJAR_INLINE Vec operator-(Vec a, Vec b) {
  return {a.v - b.v};
}
NIGHTJAR_INLINE Vec operator*(Vec a, Vec b) {
  return {a.v * b.v};
}
NIGHTJAR_INLINE Vec operator/(Vec a, Vec b) {
  return {a.v / b.v};
}
NIGHTJAR_INLINE Vec fma(Vec a, Vec b, Vec c) {
  return {a.v * b.v + c.v};
}  // a*b + c, rounded twice without FMA
NIGHTJAR_INLINE Mask greater(Vec a, Vec b) {
  return {a.v > b.v};
}
NIGHTJAR_INLINE Vec select(Mask m, Vec yes, Vec no) {
  return {m.m ? yes.v : no.v};
}
NIGHTJAR_INLINE Vec max(Vec a, Vec b) {
  return select(greater(a, b), a, b);
}
NIGHTJAR_INLINE Vec min(Vec a, Vec b) {
  return select(greater(b, a), a, b);
}
// Adding and taking away 1.5 * 2^23 leaves the nearest whole number, for |a| < 2^22.
NIGHTJAR_INLINE Vec round(Vec a) {
  return {(a.v + 12582912.f) - 12582912.f};
}
// a * 2^n for a whole n in [-126, 127]
NIGHTJAR_INLINE Vec scale_by_power_of_two(Vec a, Vec n) {
  Vec r;
  for (int i = 0; i < lanes; ++i)
    r.v[i] = a.v[i] * std::bit_cast<float>((static_cast<std::int32_t>(n.v[i]) + 127) << 23);
  return r;
}
// a0 b0 a1 b1 and the other half of it
NIGHTJAR_INLINE Vec interleave_low(Vec a, Vec b) {
  return {decltype(Vec::v){a.v[0], b.v[0], a.v[1], b.v[1]}};
}
NIGHTJAR_INLINE Vec interleave_high(Vec a, Vec b) {
  return {decltype(Vec::v){a.v[2], b.v[2], a.v[3], b.v[3]}};
}
// The bytes at each of the offsets.
NIGHTJAR_INLINE Words gather_words(const std::uint8_t* p, const std::int32_t* offsets) {
  Words words;
  for (int i = 0; i < lanes; ++i) words.at[i] = p + offsets[i];
  return words;
}
NIGHTJAR_INLINE Vec byte_of(Words a, int c) {
  Vec bytes;
  for (int i = 0; i < lanes; ++i) bytes.v[i] = a.at[i][c];
  return bytes;
}
NIGHTJAR_INLINE float sum(Vec a) {
  return (a.v[0] + a.v[2]) + (a.v[1] + a.v[3]);
}

}  // namespace nightjar::cpu::portable
