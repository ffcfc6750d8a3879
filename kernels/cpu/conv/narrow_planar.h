// Convolution of a picture as it comes, planar, to values with so few channels that a pixel fills half a
// register.
#pragma once

#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

#ifdef NIGHTJAR_NARROW_BLOCK
namespace nightjar::cpu::NIGHTJAR_ISA {

struct ConvNarrowPlanar : KernelDefaults {
  using Op = ops::Conv;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_narrow_planar");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static int halo(const Op& op) { return op.pad; }
  static std::int64_t packed_floats(const Op& op);
  static void pack(const Op& op, const float* const* arrays, float* packed);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
#endif
