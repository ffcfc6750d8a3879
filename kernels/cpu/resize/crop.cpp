// A part of an image on its way into blocks: of a picture, as it comes, or of blocks.
#include "kernels/ops/crop.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/transpose.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

NIGHTJAR_INLINE Vec adjust(const ops::Crop& op, Vec values) {
  return fma(values, set(op.scale), set(op.shift));
}

// `channels` planes from `from` on, `plane` apart, side by side: registers of as many pixels are turned
// together, missing channels being zeros; then pixel by pixel.
void gather_row(const ops::Crop& op, const float* from, std::ptrdiff_t plane, int channels, float* to) {
  int x = 0;
  for (; x + lanes <= op.out.w; x += lanes) {
    Vec rows[lanes];
    for (int c = 0; c < lanes; ++c)
      rows[c] = c < channels ? adjust(op, load(from + c * plane + x)) : set(0.f);
    transpose(rows);
    for (int p = 0; p < lanes; ++p) store(to + (x + p) * lanes, rows[p]);
  }
  for (; x < op.out.w; ++x) {
    float pixel[lanes] = {};
    for (int c = 0; c < channels; ++c) pixel[c] = from[c * plane + x] * op.scale + op.shift;
    store(to + x * lanes, load(pixel));
  }
}

struct Crop : RowKernel {
  using Op = ops::Crop;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("crop");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return (in_blocks(in[0]) || in_blocks(in[0], 1)) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 2; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    rows.each(begin, end, [&](int n, int first, int y) {
      const float* from = in.at(n, first, op.top + y, op.left);
      float* to = out.at(n, first, y, 0);
      if (in.block == 1) {
        const int channels = out.shape.c - first < lanes ? out.shape.c - first : lanes;
        return gather_row(op, from, in.plane, channels, to);
      }
      for (int x = 0; x < out.shape.w * lanes; x += lanes) store(to + x, adjust(op, load(from + x)));
    });
  }
};

}  // namespace

constexpr CpuKernel crop = cpu_kernel<Crop>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
