#include "kernels/cpu/eltwise/eltwise.h"

#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

bool blocked(const Tensor& t) {
  return t.block == lanes;
}

double values(const Tensor& out) {
  return double(out.blocks()) * out.shape.h * out.shape.w;
}

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

}  // namespace

bool Add::accepts(const Op& op, const Tensor* in, const Tensor& out) {
  if (op.weights != Op::Weights::none || !blocked(out)) return false;
  for (int i = 0; i < op.inputs; ++i) {
    const bool whole_blocks = in[i].shape.c >= out.shape.c || in[i].shape.c % lanes == 0;
    if (!blocked(in[i]) || !whole_blocks) return false;
  }
  return true;
}

double Add::cycles(const Op&, const Tensor& out) {
  return values(out) * 2;
}
Work Add::work(const Op&, const Call& call) {
  return {1, {Rows(call).items()}};
}

void Add::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  Rows(call).each(begin, end, [&](int n, int c, int y) {
    float* to = call.out.at(n, c, y, 0);
    const int floats = call.out.shape.w * lanes;
    const float* first = call.in[0].at(n, c, y, 0);
    for (int x = 0; x < floats; x += lanes) store(to + x, load(first + x));
    for (int i = 1; i < call.inputs; ++i) {
      const Tensor& source = call.in[i];
      const Meeting m = meet(source.shape, call.out.shape);
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

bool Multiply::accepts(const Op&, const Tensor* in, const Tensor& out) {
  return blocked(out) && blocked(in[0]) && blocked(in[1]);
}

double Multiply::cycles(const Op&, const Tensor& out) {
  return values(out) * 2;
}
Work Multiply::work(const Op&, const Call& call) {
  return {1, {Rows(call).items()}};
}

void Multiply::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  Rows(call).each(begin, end, [&](int n, int c, int y) {
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

bool Activate::accepts(const Op&, const Tensor* in, const Tensor& out) {
  return blocked(in[0]) && blocked(out);
}

double Activate::cycles(const Op&, const Tensor& out) {
  return values(out) * 8;
}
Work Activate::work(const Op&, const Call& call) {
  return {1, {Rows(call).items()}};
}

void Activate::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  Rows(call).each(begin, end, [&](int n, int c, int y) {
    const float* from = call.in[0].at(n, c, y, 0);
    float* to = call.out.at(n, c, y, 0);
    for (int x = 0; x < call.out.shape.w; ++x) store(to + x * lanes, load(from + x * lanes));
    activate(op.activation, to, call.out.shape.w * lanes);
  });
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
