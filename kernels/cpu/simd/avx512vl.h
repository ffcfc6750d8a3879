// One 256-bit register of floats, of the 32 that AVX-512 has: for values whose channels fill no 512-bit one.
#pragma once

#include "kernels/cpu/simd/float8.h"

#define NIGHTJAR_OTHER_BLOCK 16  // of avx512

namespace nightjar::cpu::avx512vl {

inline constexpr int registers = 32;

struct Mask {
  __mmask8 m;
};

NIGHTJAR_INLINE Mask greater(Vec a, Vec b) {
  return {_mm256_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ)};
}
NIGHTJAR_INLINE Vec select(Mask m, Vec yes, Vec no) {
  return {_mm256_mask_blend_ps(m.m, no.v, yes.v)};
}
NIGHTJAR_INLINE unsigned bits_of(Mask m) {
  return m.m;
}
NIGHTJAR_INLINE Vec round(Vec a) {
  return {_mm256_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
// a * 2^n for a whole n in [-126, 127]
NIGHTJAR_INLINE Vec scale_by_power_of_two(Vec a, Vec n) {
  return {_mm256_scalef_ps(a.v, n.v)};
}

}  // namespace nightjar::cpu::avx512vl
