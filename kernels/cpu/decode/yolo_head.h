// The logistic and scale_x_y of a YOLO head; reads blocked sums, writes the planar values that boxes are
// decoded from.
#pragma once

#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

struct YoloHead : KernelDefaults {
  using Op = ops::YoloHead;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("yolo_head");
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
