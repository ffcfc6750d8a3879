#include "kernels/cpu/eltwise/eltwise.h"

#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

bool blocked(const Tensor& t) { return t.block == lanes; }

double values(const Tensor& out) { return double(out.blocks()) * out.shape.h * out.shape.w; }

Work a_row_each(const Call& call) { return {1, {call.out.batch * call.out.blocks() * call.out.shape.h}}; }

// Calls f(n, first channel, y) for the rows [begin, end) of a_row_each.
template <class F>
NIGHTJAR_INLINE void each_row(const Tensor& out, int begin, int end, F f) {
  for (int item = begin; item < end; ++item) {
    const int plane = item / out.shape.h;
    f(plane / out.blocks(), plane % out.blocks() * lanes, item % out.shape.h);
  }
}

}  // namespace

bool Add::accepts(const Op& op, const Tensor* in, const Tensor& out) {
  if (op.weights != Op::Weights::none || !blocked(out)) return false;
  for (int i = 0; i < op.inputs; ++i) {
    if (!blocked(in[i]) || !(in[i].shape == out.shape)) return false;
  }
  return true;
}

double Add::cycles(const Op&, const Tensor& out) { return values(out) * 2; }
Work Add::work(const Op&, const Call& call) { return a_row_each(call); }

void Add::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  each_row(call.out, begin, end, [&](int n, int c, int y) {
    float* to = call.out.at(n, c, y, 0);
    const int floats = call.out.shape.w * lanes;
    for (int x = 0; x < floats; x += lanes) {
      Vec sum = load(call.in[0].at(n, c, y, 0) + x);
      for (int i = 1; i < call.inputs; ++i) sum = sum + load(call.in[i].at(n, c, y, 0) + x);
      store(to + x, sum);
    }
    activate(op.activation, to, floats);
  });
}

bool Multiply::accepts(const Op&, const Tensor* in, const Tensor& out) {
  return blocked(out) && blocked(in[0]) && blocked(in[1]);
}

double Multiply::cycles(const Op&, const Tensor& out) { return values(out) * 2; }
Work Multiply::work(const Op&, const Call& call) { return a_row_each(call); }

void Multiply::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  each_row(call.out, begin, end, [&](int n, int c, int y) {
    const float* from = call.in[1].at(n, c, y, 0);
    float* to = call.out.at(n, c, y, 0);
    const int width = call.out.shape.w;
    switch (op.factor) {
      case Op::Factor::per_channel: {
        const Vec factor = load(call.in[0].at(n, c, 0, 0));
        for (int x = 0; x < width; ++x) store(to + x * lanes, factor * load(from + x * lanes));
        break;
      }
      case Op::Factor::per_pixel: {
        const float* factor = call.in[0].at(n, 0, y, 0);
        for (int x = 0; x < width; ++x) store(to + x * lanes, set(factor[x * lanes]) * load(from + x * lanes));
        break;
      }
      case Op::Factor::full: {
        const float* factor = call.in[0].at(n, c, y, 0);
        for (int x = 0; x < width; ++x) store(to + x * lanes, load(factor + x * lanes) * load(from + x * lanes));
        break;
      }
    }
    activate(op.activation, to, width * lanes);
  });
}

bool Activate::accepts(const Op&, const Tensor* in, const Tensor& out) { return blocked(in[0]) && blocked(out); }

double Activate::cycles(const Op&, const Tensor& out) { return values(out) * 8; }
Work Activate::work(const Op&, const Call& call) { return a_row_each(call); }

void Activate::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  each_row(call.out, begin, end, [&](int n, int c, int y) {
    const float* from = call.in[0].at(n, c, y, 0);
    float* to = call.out.at(n, c, y, 0);
    for (int x = 0; x < call.out.shape.w; ++x) store(to + x * lanes, load(from + x * lanes));
    activate(op.activation, to, call.out.shape.w * lanes);
  });
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
