// Values cut to an interval around 0.
#include "kernels/ops/clamp.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"
#include "kernels/ops/gradients/clamp_gradient.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Clamp : RowKernel {
  using Op = ops::Clamp;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("clamp");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 2; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& out = call.out();
    const Vec low = set(-op.limit), high = set(op.limit);
    rows.each(begin, end, [&](int n, int c, int y) {
      const float* from = call.in[0].at(n, c, y, 0);
      float* to = out.at(n, c, y, 0);
      for (int x = 0; x < out.shape.w * lanes; x += lanes) store(to + x, max(min(load(from + x), high), low));
    });
  }
};

struct ClampGradient : RowKernel {
  using Op = ops::ClampGradient;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("clamp_gradient");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(in[1]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 3; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Vec low = set(-op.limit), high = set(op.limit), none = set(0.f);
    rows.each(begin, end, [&](int n, int c, int y) {
      const float *from = call.in[0].at(n, c, y, 0), *gradient = call.in[1].at(n, c, y, 0);
      float* to = call.out().at(n, c, y, 0);
      for (int x = 0; x < op.shape.w * lanes; x += lanes) {
        const Vec value = load(from + x), inside = select(greater(value, high), none, load(gradient + x));
        store(to + x, select(greater(low, value), none, inside));
      }
    });
  }
};

}  // namespace

constexpr CpuKernel clamp_each = cpu_kernel<Clamp>();
constexpr CpuKernel clamp_gradient = cpu_kernel<ClampGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
