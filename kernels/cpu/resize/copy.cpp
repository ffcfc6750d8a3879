// From any layout to any blocks.
#include "kernels/ops/copy.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/resize/moves.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Copy : CpuKernelDefaults {
  using Op = ops::Copy;
  struct Prepared {
    Rows rows;
    bool alike;  // both sides lie alike
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("copy");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return is_f32(in[0]) && in_blocks(out, out.block);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * out.block / lanes; }
  static Work prepare(const Op&, const Call& call, Prepared& p) {
    p = {Rows(call), in_blocks(call.in[0], call.out().block)};
    return {1, {p.rows.items()}};
  }

  static void run(const Op&, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    p.rows.each(begin, end, [&](int n, int first, int y) {
      float* to = out.at(n, first, y, 0);
      if (p.alike) return move_row(in.at(n, first, y, 0), to, out.shape.w * out.block);
      for (int k = 0; k < out.block; ++k) {
        if (first + k < out.shape.c) {
          move_channel(in, n, first + k, y, to + k, out.block);
        } else {
          clear_channel(to + k, out.block, out.shape.w);
        }
      }
    });
  }
};

}  // namespace

constexpr CpuKernel copy = cpu_kernel<Copy>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
