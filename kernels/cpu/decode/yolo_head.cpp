#include "kernels/cpu/decode/yolo_head.h"

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

}  // namespace

bool YoloHead::accepts(const Op&, const Tensor* in, const Tensor& out) {
  return in[0].block == lanes && out.block == 1 && out.halo == 0;
}

double YoloHead::cycles(const Op& op, const Tensor&) {
  return double(op.shape.size());
}

Work YoloHead::work(const Op&, const Call& call) {
  return {1, {call.out.batch * call.in[0].blocks()}};
}

void YoloHead::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  const Tensor &in = call.in[0], &out = call.out;
  const int cells = op.shape.h * op.shape.w;
  for (int item = begin; item < end; ++item) {
    const int n = item / call.in[0].blocks(), first = item % call.in[0].blocks() * lanes;
    const int last = first + lanes < op.shape.c ? first + lanes : op.shape.c;
    const bool flat = in.halo == 0;  // then all rows are one
    const int rows = flat ? 1 : op.shape.h, width = flat ? cells : op.shape.w;
    for (int y = 0; y < rows; ++y)
      split(in.at(n, first, y, 0), width, last - first, out.at(n, first, y, 0), out.plane);
    for (int c = first; c < last; ++c) {
      float* plane = out.at(n, c, 0, 0);
      const int entry = c % (5 + op.classes);
      const bool is_size = entry == 2 || entry == 3;
      if (!op.new_coords && !is_size) activate(Activation::logistic, plane, cells);
      if (entry < 2 && op.scale_x_y != 1) {
        for (int i = 0; i < cells; ++i) plane[i] = plane[i] * op.scale_x_y - .5f * (op.scale_x_y - 1);
      }
    }
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
