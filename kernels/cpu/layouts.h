// What kernels ask of a tensor before they address it by what they know of its layout.
#pragma once

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

NIGHTJAR_INLINE bool is_f32(const Tensor& t) {
  return t.type == Type::f32;
}

// In blocks of `block` channels, each block's pixels side by side; 1 is planar.
NIGHTJAR_INLINE bool in_blocks(const Tensor& t, int block = lanes) {
  return is_f32(t) && t.block == block && t.pixel == block;
}

// Registers of one image.
NIGHTJAR_INLINE double registers_of(const Tensor& t) {
  return double(t.blocks()) * t.shape.h * t.shape.w;
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
