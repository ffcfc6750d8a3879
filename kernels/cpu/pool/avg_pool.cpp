// Mean over the image.
#include "kernels/ops/avg_pool.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct AvgPool : CpuKernelDefaults {
  using Op = ops::AvgPool;
  struct Prepared {
    int blocks;
    float share;  // of a cell
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("avgpool");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op& op, const Tensor& out) { return double(out.blocks()) * op.in.h * op.in.w; }
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    p = {call.out().blocks(), 1.f / (float(op.in.h) * float(op.in.w))};
    return {1, {call.out().batch * p.blocks}};
  }

  static void run(const Op& op, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    for (int item = begin; item < end; ++item) {
      const int n = item / p.blocks, c = item % p.blocks * lanes;
      Vec total = set(0.f);
      for (int y = 0; y < op.in.h; ++y) {
        Vec row = set(0.f);  // rows apart: shorter sums round less
        for (int x = 0; x < op.in.w; ++x) row = row + load(in.at(n, c, y, x));
        total = total + row;
      }
      store(out.at(n, c, 0, 0), total * set(p.share));
    }
  }
};

}  // namespace

constexpr CpuKernel avgpool = cpu_kernel<AvgPool>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
