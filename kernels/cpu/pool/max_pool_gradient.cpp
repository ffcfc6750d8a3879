// Each window's gradient onto the cell that its maximum came from, the first of equals, lane by lane: planes
// as items, since windows overlap.
#include "kernels/ops/gradients/max_pool_gradient.h"

#include <limits>

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/pool/window.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct MaxPoolGradient : CpuKernelDefaults {
  using Op = ops::MaxPoolGradient;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("maxpool_gradient");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(in[1]) && in_blocks(out);
  }
  static double cycles(const Op& op, const Tensor&) {
    return double(op.pool.out.size()) / lanes * op.pool.size * op.pool.size * 2;
  }
  static Work prepare(const Op&, const Call& call, Prepared&) {
    return {1, {call.out().batch * call.out().blocks()}};
  }

  static void run(const Op& op, const Call& call, const Prepared&, int, int begin, int end, Scratch) {
    const ops::MaxPool& pool = op.pool;
    const Tensor &in = call.in[0], &gradient = call.in[1], &out = call.out();
    for (int item = begin; item < end; ++item) {
      const int n = item / out.blocks(), c = item % out.blocks() * lanes;
      for (int y = 0; y < pool.in.h; ++y) {
        float* row = out.at(n, c, y, 0);
        for (int x = 0; x < pool.in.w; ++x) store(row + x * lanes, set(0.f));
      }
      for (int y = 0; y < pool.out.h; ++y) {
        const Window lines = window(y, pool.stride_y, pool.padding, pool.size, pool.in.h);
        for (int x = 0; x < pool.out.w; ++x) {
          const Window columns = window(x, pool.stride_x, pool.padding, pool.size, pool.in.w);
          add_window(in, out, n, c, lines, columns, load(gradient.at(n, c, y, x)));
        }
      }
    }
  }

 private:
  NIGHTJAR_INLINE static void add_window(const Tensor& in, const Tensor& out, int n, int c,
                                         const Window& lines, const Window& columns, Vec gradient) {
    Vec largest = set(-std::numeric_limits<float>::infinity()), place = set(-1.f);
    float number = 0;  // of a cell in the window
    for (int y = lines.first; y < lines.last; ++y) {
      for (int x = columns.first; x < columns.last; ++x, ++number) {
        const Vec value = load(in.at(n, c, y, x));
        const Mask larger = greater(value, largest);
        largest = select(larger, value, largest);
        place = select(larger, set(number), place);
      }
    }
    number = 0;
    for (int y = lines.first; y < lines.last; ++y) {
      for (int x = columns.first; x < columns.last; ++x, ++number) {
        const Vec away = place - set(number);
        float* to = out.at(n, c, y, x);
        store(to, load(to) + select(greater(set(.5f), away * away), gradient, set(0.f)));
      }
    }
  }
};

}  // namespace

constexpr CpuKernel maxpool_gradient = cpu_kernel<MaxPoolGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
