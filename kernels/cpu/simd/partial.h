// Registers of which only the first lanes count: the end of a row of values.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// p[0] to p[count - 1], and `rest` in the lanes behind; nothing behind that is read.
NIGHTJAR_INLINE Vec load_first(const float* p, std::int64_t count, float rest) {
  if (count >= lanes) return load(p);
  float values[lanes];
  for (int i = 0; i < lanes; ++i) values[i] = i < count ? p[i] : rest;
  return load(values);
}

// Nothing behind p[count - 1] is written.
NIGHTJAR_INLINE void store_first(float* p, Vec a, std::int64_t count) {
  if (count >= lanes) return store(p, a);
  float values[lanes];
  store(values, a);
  for (int i = 0; i < count; ++i) p[i] = values[i];
}

// `a` in the first `count` lanes, `rest` behind.
NIGHTJAR_INLINE Vec keep_first(Vec a, std::int64_t count, float rest) {
  if (count >= lanes) return a;
  float values[lanes];
  store(values, a);
  for (int i = 0; i < lanes; ++i) values[i] = i < count ? values[i] : rest;
  return load(values);
}

// The largest lane.
NIGHTJAR_INLINE float largest_of(Vec a) {
  float values[lanes];
  store(values, a);
  float largest = values[0];
  for (int i = 1; i < lanes; ++i) largest = values[i] > largest ? values[i] : largest;
  return largest;
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
