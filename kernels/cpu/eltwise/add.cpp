// Unweighted sum; sources of another size by pjreddie's rule (kernels/ops/add.h), where they end at whole
// blocks.
#include "kernels/ops/add.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// How a source of another size meets the output: which of its cells are read, and on which cells they land.
struct Meeting {
  int channels, rows, columns;  // that both have
  int stride, sample;           // between the source's cells, between the output's
};
Meeting meet(const Shape& source, const Shape& out) {
  const auto least = [](int a, int b) { return a < b ? a : b; };
  const int stride = source.w / out.w, sample = out.w / source.w;
  return {least(source.c, out.c), least(source.h, out.h), least(source.w, out.w), stride > 1 ? stride : 1,
          sample > 1 ? sample : 1};
}

struct Add : RowKernel {
  using Op = ops::Add;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("add");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    if (op.weights != Op::Weights::none || !in_blocks(out)) return false;
    for (int i = 0; i < op.inputs(); ++i) {
      const bool whole_blocks = in[i].shape.c >= out.shape.c || in[i].shape.c % lanes == 0;
      if (!in_blocks(in[i]) || !whole_blocks) return false;
    }
    return true;
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 2; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& out = call.out();
    rows.each(begin, end, [&](int n, int c, int y) {
      float* to = out.at(n, c, y, 0);
      const int floats = out.shape.w * lanes;
      const float* first = call.in[0].at(n, c, y, 0);
      for (int x = 0; x < floats; x += lanes) store(to + x, load(first + x));
      for (int i = 1; i < call.inputs; ++i) {
        const Tensor& source = call.in[i];
        const Meeting m = meet(source.shape, out.shape);
        if (c >= m.channels || y % m.sample != 0 || y / m.sample >= m.rows) continue;
        const float* from = source.at(n, c, y / m.sample * m.stride, 0);
        for (int x = 0; x < m.columns; ++x) {
          float* cell = to + x * m.sample * lanes;
          store(cell, load(cell) + load(from + x * m.stride * lanes));
        }
      }
      activate(op.activation, to, floats);
    });
  }
};

}  // namespace

constexpr CpuKernel add = cpu_kernel<Add>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
