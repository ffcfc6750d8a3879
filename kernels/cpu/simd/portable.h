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
NIGHTJAR_INLINE unsigned bits_of(Mask m) {
  unsigned bits = 0;
  for (int i = 0; i < lanes; ++i) bits |= m.m[i] ? 1u << i : 0;
  return bits;
}
NIGHTJAR_INLINE Vec sqrt(Vec a) {
  for (int i = 0; i < lanes; ++i) a.v[i] = __builtin_sqrtf(a.v[i]);
  return a;
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
// Four bytes a lane.
struct Bytes {
  std::uint8_t v __attribute__((vector_size(16)));
};
NIGHTJAR_INLINE Bytes load_bytes(const std::uint8_t* p) {
  Bytes a;
  std::memcpy(&a, p, sizeof a);
  return a;
}
NIGHTJAR_INLINE Bytes zero_bytes() {
  return {decltype(Bytes::v){}};
}
NIGHTJAR_INLINE Bytes operator+(Bytes a, Bytes b) {
  return {a.v + b.v};
}
NIGHTJAR_INLINE Bytes low_nibbles(Bytes a) {
  return {a.v & std::uint8_t{15}};
}
NIGHTJAR_INLINE Bytes high_nibbles(Bytes a) {
  return {a.v >> std::uint8_t{4}};
}
// Of bytes below 16, what difference_tables.h has: without an instruction that looks up, the bits are counted
// in pairs, then in nibbles.
NIGHTJAR_INLINE Bytes differences(Bytes a, int pair) {
  const auto both = static_cast<std::uint8_t>(pair / 16);
  auto d = (a.v | a.v << std::uint8_t{4}) ^ both;
  d -= d >> std::uint8_t{1} & std::uint8_t{0x55};
  return {(d & std::uint8_t{0x33}) + (d >> std::uint8_t{2} & std::uint8_t{0x33})};
}
// 16-bit sums of bytes.
struct Counts {
  std::uint16_t even __attribute__((vector_size(16))), odd __attribute__((vector_size(16)));
};
NIGHTJAR_INLINE void clear(Counts& sums) {
  sums.even = sums.odd = decltype(Counts::even){};
}
// Which byte of a word is the lower one is the machine's; sums_of() takes them alike.
NIGHTJAR_INLINE void operator+=(Counts& sums, Bytes a) {
  const auto words = std::bit_cast<decltype(Counts::even)>(a.v);
  sums.even += words & std::uint16_t{255};
  sums.odd += words >> std::uint16_t{8};
}
// The sum of byte `b` of each lane.
NIGHTJAR_INLINE Vec sums_of(const Counts& sums, int b) {
  constexpr bool little = std::endian::native == std::endian::little;
  const auto& both = (b % 2 == 0) == little ? sums.even : sums.odd;
  Vec floats;
  for (int i = 0; i < lanes; ++i) floats.v[i] = both[2 * i + b / 2];
  return floats;
}
NIGHTJAR_INLINE float sum(Vec a) {
  return (a.v[0] + a.v[2]) + (a.v[1] + a.v[3]);
}

}  // namespace nightjar::cpu::portable
