// Maximum over windows, columns first and rows after: 2k instead of k*k comparisons a pixel.
#include "kernels/ops/max_pool.h"

#include <cfloat>

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/pool/window.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// max() gives its second operand where one is NaN: that must be what was the greatest so far.
NIGHTJAR_INLINE Vec greater_of(Vec value, Vec greatest) {
  return max(value, greatest);
}

struct MaxPool : CpuKernelDefaults {
  using Op = ops::MaxPool;
  using Prepared = Rows;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("maxpool");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op& op, const Tensor& out) {
    return double(out.blocks()) * op.out.h * (op.size * op.in.w + op.size * op.out.w) * .6;
  }
  static Work prepare(const Op& op, const Call& call, Rows& rows) {
    rows = Rows(call);
    Work work{1, {rows.items()}};
    work.thread_bytes = op.in.w * std::int64_t{sizeof(Vec)};
    return work;
  }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end,
                  Scratch scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    float* columns =
        scratch.thread_floats();  // (in.w, lanes): the greatest of each column of a window's rows
    rows.each(begin, end, [&](int n, int c, int y) {
      const Window lines = window(y, op.stride_y, op.padding, op.size, op.in.h);
      for (int x = 0; x < op.in.w; ++x) {
        Vec greatest = set(-FLT_MAX);
        for (int r = lines.first; r < lines.last; ++r)
          greatest = greater_of(load(in.at(n, c, r, x)), greatest);
        store(columns + x * lanes, greatest);
      }
      float* to = out.at(n, c, y, 0);
      for (int x = 0; x < op.out.w; ++x) {
        const Window span = window(x, op.stride_x, op.padding, op.size, op.in.w);
        Vec greatest = set(-FLT_MAX);
        for (int k = span.first; k < span.last; ++k)
          greatest = greater_of(load(columns + k * lanes), greatest);
        store(to + x * lanes, greatest);
      }
    });
  }
};

}  // namespace

constexpr CpuKernel maxpool = cpu_kernel<MaxPool>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
