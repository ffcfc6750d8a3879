#include "kernels/cpu/decode/yolo_head.h"

#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

bool YoloHead::accepts(const Op&, const Tensor* in, const Tensor& out) {
  return in[0].block == lanes && out.block == 1 && out.halo == 0;
}

double YoloHead::cycles(const Op& op, const Tensor&) { return double(op.shape.size()) * 2; }

Work YoloHead::work(const Op& op, const Call& call) { return {1, {call.out.batch * op.shape.c}}; }

void YoloHead::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  const Tensor &in = call.in[0], &out = call.out;
  for (int item = begin; item < end; ++item) {
    const int n = item / op.shape.c, c = item % op.shape.c, entry = c % (5 + op.classes);
    float* plane = out.at(n, c, 0, 0);
    for (int y = 0; y < op.shape.h; ++y) {
      const float* from = in.at(n, c, y, 0);
      for (int x = 0; x < op.shape.w; ++x) plane[y * op.shape.w + x] = from[std::ptrdiff_t{x} * lanes];
    }
    const int cells = op.shape.h * op.shape.w;
    const bool is_size = entry == 2 || entry == 3;
    if (!op.new_coords && !is_size) activate(Activation::logistic, plane, cells);
    if (entry < 2 && op.scale_x_y != 1) {
      for (int i = 0; i < cells; ++i) plane[i] = plane[i] * op.scale_x_y - .5f * (op.scale_x_y - 1);
    }
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
