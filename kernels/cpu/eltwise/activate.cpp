// Activations that no kernel has taken into its store.
#include "kernels/ops/activate.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Activate : RowKernel {
  using Op = ops::Activate;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("activate");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 8; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& out = call.out();
    rows.each(begin, end, [&](int n, int c, int y) {
      const float* from = call.in[0].at(n, c, y, 0);
      float* to = out.at(n, c, y, 0);
      for (int x = 0; x < out.shape.w; ++x) store(to + x * lanes, load(from + x * lanes));
      activate(op.activation, to, out.shape.w * lanes);
    });
  }
};

}  // namespace

constexpr CpuKernel activate_each = cpu_kernel<Activate>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
