// Operations that move values: upsample, and what is left of a route that could not be done by addressing.
#pragma once

#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

struct Upsample : KernelDefaults {
  using Op = ops::Upsample;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("upsample");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

struct Concat : KernelDefaults {
  using Op = ops::Concat;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("concat");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
