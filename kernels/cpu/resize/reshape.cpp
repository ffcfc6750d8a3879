// Values in another shape: each output looks up where its value lies. Neighbours come from anywhere, so that
// a register could only be filled float by float.
#include "kernels/ops/reshape.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Reshape : RowKernel {
  using Op = ops::Reshape;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("reshape");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return is_f32(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * lanes * 60; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    const std::int64_t values = op.in.size(), columns = values / op.rows;
    rows.each(begin, end, [&](int n, int first, int y) {
      float* to = out.at(n, first, y, 0);
      for (int k = 0; k < lanes; ++k) {
        std::int64_t index = (std::int64_t{first + k} * out.shape.h + y) * out.shape.w;
        for (int x = 0; x < out.shape.w; ++x, ++index) {
          to[x * lanes + k] = index < values ? *in.flat(n, index % op.rows * columns + index / op.rows) : 0;
        }
      }
    });
  }
};

}  // namespace

constexpr CpuKernel reshape = cpu_kernel<Reshape>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
