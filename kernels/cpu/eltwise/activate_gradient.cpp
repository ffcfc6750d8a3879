// Gradients through an activation.
#include "kernels/ops/gradients/activate_gradient.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/slopes.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct ActivateGradient : RowKernel {
  using Op = ops::ActivateGradient;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("activate_gradient");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(in[1]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 8; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    with_slope(op.activation, [&](const auto& slope) {
      rows.each(begin, end, [&](int n, int c, int y) {
        const float *from = call.in[0].at(n, c, y, 0), *gradient = call.in[1].at(n, c, y, 0);
        float* to = call.out().at(n, c, y, 0);
        for (int x = 0; x < op.shape.w; ++x)
          store(to + x * lanes, load(gradient + x * lanes) * slope(load(from + x * lanes)));
      });
    });
  }
};

}  // namespace

constexpr CpuKernel activate_gradient = cpu_kernel<ActivateGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
