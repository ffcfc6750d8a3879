// The logistic and scale_x_y of a YOLO head; reads blocked sums, writes the planar values that boxes are
// decoded from.
#include "kernels/ops/heads/yolo_head.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/cpu/simd/transpose.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// `count` cells of one channel block to `channels` planes, `plane` floats apart.
void split(const float* cells, int count, int channels, float* planes, std::ptrdiff_t plane) {
  if (count < lanes) {
    for (int i = 0; i < count; ++i) {
      for (int c = 0; c < channels; ++c) planes[c * plane + i] = cells[i * lanes + c];
    }
    return;
  }
  for (int done = 0; done < count; done += lanes) {
    // The last cells go with some of those before them.
    const int first = done + lanes <= count ? done : count - lanes;
    Vec rows[lanes];
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i) rows[i] = load(cells + std::ptrdiff_t{first + i} * lanes);
    transpose(rows);
#pragma GCC unroll 16
    for (int c = 0; c < lanes; ++c) {
      if (c < channels) store(planes + c * plane + first, rows[c]);
    }
  }
}

struct YoloHead : CpuKernelDefaults {
  using Op = ops::YoloHead;
  struct Prepared {
    int blocks, cells;
    int rows, width;  // of the input: without a halo all rows are one
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("yolo_head");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out, 1) && out.halo == 0;
  }
  static double cycles(const Op& op, const Tensor&) { return double(op.shape.size()); }
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    const Tensor& in = call.in[0];
    const int cells = op.shape.h * op.shape.w;
    const bool flat = in.halo == 0;
    p = {in.blocks(), cells, flat ? 1 : op.shape.h, flat ? cells : op.shape.w};
    return {1, {call.out().batch * p.blocks}};
  }

  static void run(const Op& op, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    for (int item = begin; item < end; ++item) {
      const int n = item / p.blocks, first = item % p.blocks * lanes;
      const int last = first + lanes < op.shape.c ? first + lanes : op.shape.c;
      for (int y = 0; y < p.rows; ++y)
        split(in.at(n, first, y, 0), p.width, last - first, out.at(n, first, y, 0), out.plane);
      for (int c = first; c < last; ++c) finish_plane(op, c, out.at(n, c, 0, 0), p.cells);
    }
  }

 private:
  static void finish_plane(const Op& op, int c, float* plane, int cells) {
    const int entry = c % (5 + op.classes);
    const bool is_size = entry == 2 || entry == 3;
    if (!op.new_coords && !is_size) activate(Activation::logistic, plane, cells);
    if (entry < 2 && op.scale_x_y != 1) {
      for (int i = 0; i < cells; ++i) plane[i] = plane[i] * op.scale_x_y - .5f * (op.scale_x_y - 1);
    }
  }
};

}  // namespace

constexpr CpuKernel yolo_head = cpu_kernel<YoloHead>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
