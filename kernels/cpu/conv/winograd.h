// 3x3 convolution by Winograd's minimal filtering, with tiles of several sizes.
#pragma once

#include "kernels/cpu/conv/winograd_tiles.h"
#include "kernels/cpu/conv/winograd_transforms.h"
#include "kernels/cpu/simd/vec.h"
#include "kernels/kernel.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// `chunk`: channels whose products are added up before they are added to others': sums of sums round less
// than one long sum. So much of U as they need stays in the second-level cache.
struct TilesTo6 : Family<F6, F4, F3> {
  static constexpr int chunk = 32;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv3x3_winograd_f6");
};
struct TilesTo4 : Family<F4, F3> {
  static constexpr int chunk = 64;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv3x3_winograd_f4");
};
struct TilesTo3Stride2 : Family<F3Stride2, F2Stride2> {
  static constexpr int chunk = 64;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv3x3s2_winograd_f3");
};

template <class F>
struct ConvWinograd : KernelDefaults {
  using Op = ops::Conv;
  static constexpr const char* name = F::name;
  static constexpr bool winograd = true;
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out);
  static double cycles(const Op& op, const Tensor& out);
  static std::int64_t packed_floats(const Op& op);
  static void pack(const Op& op, const float* const* arrays, float* packed);
  static Work work(const Op& op, const Call& call);
  static void run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch);
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
