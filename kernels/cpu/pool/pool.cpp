#include "kernels/cpu/pool/pool.h"

#include <cfloat>

#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// The cells [first, last) of a side of `length` that window `i` covers.
struct Window {
  int first, last;
};
NIGHTJAR_INLINE Window window(int i, int stride, int padding, int size, int length) {
  const int start = i * stride - padding / 2;
  return {start > 0 ? start : 0, start + size < length ? start + size : length};
}

}  // namespace

bool MaxPool::accepts(const Op&, const Tensor* in, const Tensor& out) {
  return in[0].block == lanes && out.block == lanes;
}

double MaxPool::cycles(const Op& op, const Tensor& out) {
  return double(out.blocks()) * op.out.h * (op.size * op.in.w + op.size * op.out.w) * .6;
}

Work MaxPool::work(const Op& op, const Call& call) {
  Work w{1, {Rows(call).items()}};
  w.thread_floats = std::int64_t{op.in.w} * lanes;
  return w;
}

void MaxPool::run(const Op& op, const Call& call, int, int begin, int end, Scratch scratch) {
  const Tensor &in = call.in[0], &out = call.out;
  float* columns = scratch.thread;  // (in.w, lanes): the greatest of each column of the window's rows
  Rows(call).each(begin, end, [&](int n, int c, int y) {
    const Window rows = window(y, op.stride_y, op.padding, op.size, op.in.h);
    for (int x = 0; x < op.in.w; ++x) {
      Vec greatest = set(-FLT_MAX);
      for (int r = rows.first; r < rows.last; ++r) greatest = max(greatest, load(in.at(n, c, r, x)));
      store(columns + x * lanes, greatest);
    }
    float* to = out.at(n, c, y, 0);
    for (int x = 0; x < op.out.w; ++x) {
      const Window span = window(x, op.stride_x, op.padding, op.size, op.in.w);
      Vec greatest = set(-FLT_MAX);
      for (int k = span.first; k < span.last; ++k) greatest = max(greatest, load(columns + k * lanes));
      store(to + x * lanes, greatest);
    }
  });
}

bool AvgPool::accepts(const Op&, const Tensor* in, const Tensor& out) {
  return in[0].block == lanes && out.block == lanes;
}

double AvgPool::cycles(const Op& op, const Tensor& out) {
  return double(out.blocks()) * op.in.h * op.in.w;
}

Work AvgPool::work(const Op&, const Call& call) {
  return {1, {call.out.batch * call.out.blocks()}};
}

void AvgPool::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  const Tensor &in = call.in[0], &out = call.out;
  for (int item = begin; item < end; ++item) {
    const int n = item / out.blocks(), c = item % out.blocks() * lanes;
    Vec total = set(0.f);
    for (int y = 0; y < op.in.h; ++y) {
      Vec row = set(0.f);  // rows apart: shorter sums round less
      for (int x = 0; x < op.in.w; ++x) row = row + load(in.at(n, c, y, x));
      total = total + row;
    }
    store(out.at(n, c, 0, 0), total * set(1.f / (float(op.in.h) * float(op.in.w))));
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
