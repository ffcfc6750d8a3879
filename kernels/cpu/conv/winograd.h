// 3x3 convolution by Winograd's F(2x2,3x3) or F(4x4,3x3), at stride 2 F(2x2,3x3) or F(3x3,3x3).
#pragma once

#include "kernels/cpu/conv/winograd_transforms.h"
#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

template <class F>
struct ConvWinograd : KernelDefaults {
  using Op = ops::Conv;
  static constexpr const char* name = F::stride == 2    ? (F::outputs == 2 ? NIGHTJAR_KERNEL_NAME("conv3x3s2_winograd_f2")
                                                                            : NIGHTJAR_KERNEL_NAME("conv3x3s2_winograd_f3"))
                                      : F::outputs == 2 ? NIGHTJAR_KERNEL_NAME("conv3x3_winograd_f2")
                                                        : NIGHTJAR_KERNEL_NAME("conv3x3_winograd_f4");
  static constexpr bool winograd = true;
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static std::int64_t packed_floats(const Op& op);
  static void pack(const Op& op, const float* const* arrays, float* packed);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
