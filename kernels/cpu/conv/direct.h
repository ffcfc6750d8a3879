// Direct convolution on blocked (or, for the first layer, planar) input: any size, stride, dilation and
// grouping.
#pragma once

#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// `input_block`: channels a block of the input; 1 reads the picture as it comes, planar.
template <int input_block>
struct ConvDirectFrom : KernelDefaults {
  using Op = ops::Conv;
  static constexpr const char* name = input_block == 1       ? NIGHTJAR_KERNEL_NAME("conv_direct_planar")
                                      : input_block == lanes ? NIGHTJAR_KERNEL_NAME("conv_direct")
                                      : input_block < lanes  ? NIGHTJAR_KERNEL_NAME("conv_direct_narrow")
                                                             : NIGHTJAR_KERNEL_NAME("conv_direct_wide");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static int halo(const Op& op) { return op.pad; }
  static std::int64_t packed_floats(const Op& op);
  static void pack(const Op& op, const float* const* arrays, float* packed);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};
using ConvDirect = ConvDirectFrom<lanes>;
using ConvDirectPlanar = ConvDirectFrom<1>;
#ifdef NIGHTJAR_OTHER_BLOCK
using ConvDirectOther = ConvDirectFrom<NIGHTJAR_OTHER_BLOCK>;
#endif

}  // namespace nightjar::cpu::NIGHTJAR_ISA
