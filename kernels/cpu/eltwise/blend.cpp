// What two gates let through of two values.
#include "kernels/ops/blend.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Blend : RowKernel {
  using Op = ops::Blend;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("blend");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    bool all = in_blocks(out);
    for (int i = 0; i < op.inputs(); ++i) all = all && in_blocks(in[i]);
    return all;
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 3; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& out = call.out();
    rows.each(begin, end, [&](int n, int c, int y) {
      const float* share = call.in[0].at(n, c, y, 0);
      const float* first = call.in[1].at(n, c, y, 0);
      const float* other = op.rest ? nullptr : call.in[2].at(n, c, y, 0);
      const float* second = call.in[call.inputs - 1].at(n, c, y, 0);
      float* to = out.at(n, c, y, 0);
      for (int x = 0; x < out.shape.w * lanes; x += lanes) {
        const Vec a = load(share + x), b = other ? load(other + x) : set(1.f) - a;
        store(to + x, fma(a, load(first + x), b * load(second + x)));
      }
    });
  }
};

}  // namespace

constexpr CpuKernel blend = cpu_kernel<Blend>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
