// A factor a channel, a pixel or a value.
#include "kernels/ops/multiply.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Multiply : RowKernel {
  using Op = ops::Multiply;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("multiply");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(out) && in_blocks(in[0]) && in_blocks(in[1]);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 2; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& out = call.out();
    rows.each(begin, end, [&](int n, int c, int y) {
      const float* from = call.in[1].at(n, c, y, 0);
      float* to = out.at(n, c, y, 0);
      const int width = out.shape.w;
      switch (op.factor) {
        case Op::Factor::per_channel: {
          const Vec factor = load(call.in[0].at(n, c, 0, 0));
          for (int x = 0; x < width; ++x) store(to + x * lanes, factor * load(from + x * lanes));
          break;
        }
        case Op::Factor::per_pixel: {
          const float* factor = call.in[0].at(n, 0, y, 0);
          for (int x = 0; x < width; ++x)
            store(to + x * lanes, set(factor[x * lanes]) * load(from + x * lanes));
          break;
        }
        case Op::Factor::full: {
          const float* factor = call.in[0].at(n, c, y, 0);
          for (int x = 0; x < width; ++x)
            store(to + x * lanes, load(factor + x * lanes) * load(from + x * lanes));
          break;
        }
      }
      activate(op.activation, to, width * lanes);
    });
  }
};

}  // namespace

constexpr CpuKernel multiply = cpu_kernel<Multiply>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
