// What two gates let through of two values, going back.
#include "kernels/ops/gradients/blend_gradient.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct BlendGradient : RowKernel {
  using Op = ops::BlendGradient;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("blend_gradient");

  static bool accepts(const Op&, const Tensor* in, const Tensor* outs) {
    bool all = in_blocks(in[3]);
    for (int i = 0; i < 3; ++i) all = all && in_blocks(in[i]) && in_blocks(outs[i]);
    return all;
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 5; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    rows.each(begin, end, [&](int n, int c, int y) {
      const auto from = [&](int i) { return call.in[i].at(n, c, y, 0); };
      const auto to = [&](int i) { return call.outs[i].at(n, c, y, 0); };
      for (int x = 0; x < op.shape.w * lanes; x += lanes) {
        const Vec share = load(from(0) + x), gradient = load(from(3) + x);
        store(to(0) + x, gradient * (load(from(1) + x) - load(from(2) + x)));
        store(to(1) + x, gradient * share);
        store(to(2) + x, gradient * (set(1.f) - share));
      }
    });
  }
};

}  // namespace

constexpr CpuKernel blend_gradient = cpu_kernel<BlendGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
