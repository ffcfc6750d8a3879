// Operations that treat every value alike: add, multiply, activate. Blocked layouts.
#pragma once

#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// Unweighted sum; sources of another size by pjreddie's rule (kernels/ops.h), where they end at whole blocks.
struct Add : KernelDefaults {
  using Op = ops::Add;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("add");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

struct Multiply : KernelDefaults {
  using Op = ops::Multiply;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("multiply");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

struct Activate : KernelDefaults {
  using Op = ops::Activate;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("activate");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
