// Each cell stride x stride times.
#include "kernels/ops/upsample.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Upsample : CpuKernelDefaults {
  using Op = ops::Upsample;
  using Prepared = Rows;  // of the input
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("upsample");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return !op.down && in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out); }
  static Work prepare(const Op& op, const Call& call, Rows& rows) {
    rows = Rows(call, op.in.h);
    return {1, {rows.items()}};
  }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    rows.each(begin, end, [&](int n, int c, int y) {
      const float* from = call.in[0].at(n, c, y, 0);
      for (int dy = 0; dy < op.stride; ++dy) {
        float* to = call.out().at(n, c, y * op.stride + dy, 0);
        for (int x = 0; x < op.in.w; ++x) {
          const Vec value = load(from + x * lanes) * set(op.scale);
          for (int dx = 0; dx < op.stride; ++dx, to += lanes) store(to, value);
        }
      }
    });
  }
};

}  // namespace

constexpr CpuKernel upsample = cpu_kernel<Upsample>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
