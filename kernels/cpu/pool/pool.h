// Pooling on blocked layouts.
#pragma once

#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// Maximum over windows, columns first and rows after: 2k instead of k*k comparisons a pixel.
struct MaxPool : KernelDefaults {
  using Op = ops::MaxPool;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("maxpool");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

struct AvgPool : KernelDefaults {
  using Op = ops::AvgPool;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("avgpool");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
