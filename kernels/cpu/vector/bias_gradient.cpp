// The sums of gradients over cells and images: blocks of channels as items, images in order.
#include "kernels/ops/gradients/bias_gradient.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct BiasGradient : CpuKernelDefaults {
  using Op = ops::BiasGradient;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("bias_gradient");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && is_f32(in[1]) && is_f32(out);
  }
  static double cycles(const Op& op, const Tensor&) { return double(op.shape.size()) / lanes; }
  static Work prepare(const Op&, const Call& call, Prepared&) { return {1, {call.in[0].blocks()}}; }

  static void run(const Op& op, const Call& call, const Prepared&, int, int begin, int end, Scratch) {
    const auto* so_far = static_cast<const float*>(call.in[1].data);
    auto* total = static_cast<float*>(call.out().data);
    for (int c = begin * lanes; c < end * lanes; c += lanes) {
      double sums[lanes] = {};
      for (int n = 0; n < call.in[0].batch; ++n)
        for (int y = 0; y < op.shape.h; ++y) add_row(call.in[0].at(n, c, y, 0), op.shape.w, sums);
      for (int i = c; i < c + lanes && i < op.shape.c; ++i) total[i] = float(so_far[i] + sums[i - c]);
    }
  }

 private:
  NIGHTJAR_INLINE static void add_row(const float* row, int width, double* sums) {
    Vec sum = set(0.f);
    for (int x = 0; x < width; ++x) sum = sum + load(row + x * lanes);
    float values[lanes];
    store(values, sum);
    for (int i = 0; i < lanes; ++i) sums[i] += values[i];
  }
};

}  // namespace

constexpr CpuKernel bias_gradient = cpu_kernel<BiasGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
