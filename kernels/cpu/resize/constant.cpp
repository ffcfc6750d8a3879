// Values of the weights file, packed as they lie in the output.
#include "kernels/ops/constant.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/resize/moves.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Constant : RowKernel {
  using Op = ops::Constant;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("constant");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return is_f32(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out); }

  static std::int64_t plane(const Op& op) { return std::int64_t{op.shape.h} * op.shape.w; }
  static std::int64_t packed_bytes(const Op& op) {
    const int blocks = (op.shape.c + lanes - 1) / lanes;
    return blocks * plane(op) * std::int64_t{sizeof(Vec)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    auto* to = static_cast<float*>(packed);
    for (int first = 0; first < op.shape.c; first += lanes) {
      for (std::int64_t i = 0; i < plane(op); ++i) {
        for (int c = first; c < first + lanes; ++c)
          *to++ = c < op.shape.c ? weights[0][c * plane(op) + i] : 0;
      }
    }
  }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& out = call.out();
    const int floats = op.shape.w * lanes;
    rows.each(begin, end, [&](int n, int c, int y) {
      const float* from = call.packed_as<float>() + (std::int64_t{c / lanes} * op.shape.h + y) * floats;
      move_row(from, out.at(n, c, y, 0), floats);
    });
  }
};

}  // namespace

constexpr CpuKernel constant_each = cpu_kernel<Constant>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
