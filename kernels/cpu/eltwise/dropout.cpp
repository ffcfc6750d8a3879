// Elements left out at random. What is drawn does not depend on the layout: lanes are channels apart.
#include "kernels/ops/dropout.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Dropout : RowKernel {
  using Op = ops::Dropout;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("dropout");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && is_f32(in[1]) && in_blocks(out);
  }
  // A draw is two multiplications of 64 bits, one after the other.
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * lanes * 6; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& out = call.out();
    const Draw draw(static_cast<const float*>(call.in[1].data), op.who);
    const std::uint64_t plane = std::uint64_t(op.shape.h) * op.shape.w;
    rows.each(begin, end, [&](int n, int c, int y) {
      const float* from = call.in[0].at(n, c, y, 0);
      float* to = out.at(n, c, y, 0);
      const std::uint64_t first = (std::uint64_t(n) * op.shape.c + c) * plane + std::uint64_t(y) * op.shape.w;
      for (int x = 0; x < op.shape.w; ++x, from += lanes, to += lanes)
        store(to, load(from) * load(factors(op, draw, first + x, plane).lane));
    });
  }

 private:
  struct Factors {
    float lane[lanes];
  };
  NIGHTJAR_INLINE static Factors factors(const Op& op, const Draw& draw, std::uint64_t first,
                                         std::uint64_t plane) {
    const float factor = 1 / (1 - op.probability);
    Factors f;
    for (int l = 0; l < lanes; ++l)
      f.lane[l] = draw.uniform(first + l * plane) >= op.probability ? factor : 0;
    return f;
  }
};

}  // namespace

constexpr CpuKernel dropout = cpu_kernel<Dropout>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
