// 1x1 convolution to values with so few channels that a pixel fills half a register.
#pragma once

#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

#ifdef NIGHTJAR_NARROW_BLOCK
namespace nightjar::cpu::NIGHTJAR_ISA {

// `input_block`: channels a block of the input, half a register or a whole one.
template <int input_block>
struct ConvNarrowPointwiseFrom : KernelDefaults {
  using Op = ops::Conv;
  static constexpr const char* name = input_block == lanes ? NIGHTJAR_KERNEL_NAME("conv1x1_narrowing")
                                                           : NIGHTJAR_KERNEL_NAME("conv1x1_narrow");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static std::int64_t packed_floats(const Op& op);
  static void pack(const Op& op, const float* const* arrays, float* packed);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};
using ConvNarrowPointwise = ConvNarrowPointwiseFrom<NIGHTJAR_NARROW_BLOCK>;
using ConvNarrowingPointwise = ConvNarrowPointwiseFrom<lanes>;

}  // namespace nightjar::cpu::NIGHTJAR_ISA
#endif
