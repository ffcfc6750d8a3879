// A slice's gradient back to its place, zeros around: whole blocks, or rows channel by channel.
#include "kernels/ops/gradients/embed.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/resize/moves.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Embed : RowKernel {
  using Op = ops::Embed;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("embed");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 2; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& in = call.in[0];
    rows.each(begin, end, [&](int n, int c, int y) {
      float* to = call.out().at(n, c, y, 0);
      const int from = c - op.first;
      if (from >= 0 && from % lanes == 0 && from + lanes <= op.in.c)
        return move_row(in.at(n, from, y, 0), to, op.out.w * lanes);
      for (int i = 0; i < lanes; ++i) {
        if (from + i >= 0 && from + i < op.in.c)
          move_channel(in, n, from + i, y, to + i, lanes);
        else
          clear_channel(to + i, lanes, op.out.w);
      }
    });
  }
};

}  // namespace

constexpr CpuKernel embed = cpu_kernel<Embed>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
