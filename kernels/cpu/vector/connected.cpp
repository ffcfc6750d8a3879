// Every weight is used once, so this runs at the speed of memory; 4 sums a row only hide the FMA's latency.
#include "kernels/cpu/vector/connected.h"

#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr int sums = 4;

std::int64_t padded_inputs(const ops::Connected& op) {
  constexpr int step = sums * lanes;
  return (op.in.size() + step - 1) / step * step;
}

// The input in CHW order, zeros behind it.
void flatten(const Tensor& in, int n, float* to, std::int64_t padded) {
  std::int64_t i = 0;
  for (int c = 0; c < in.shape.c; ++c) {
    for (int y = 0; y < in.shape.h; ++y) {
      const float* row = in.at(n, c, y, 0);
      for (int x = 0; x < in.shape.w; ++x) to[i++] = row[std::ptrdiff_t{x} * in.block];
    }
  }
  while (i < padded) to[i++] = 0;
}

float dot(const float* a, const float* b, std::int64_t count) {
  Vec sum[sums] = {set(0.f), set(0.f), set(0.f), set(0.f)};
  for (std::int64_t i = 0; i < count; i += sums * lanes) {
#pragma GCC unroll 4
    for (int k = 0; k < sums; ++k) sum[k] = fma(load(a + i + k * lanes), load(b + i + k * lanes), sum[k]);
  }
  return nightjar::cpu::NIGHTJAR_ISA::sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

}  // namespace

bool Connected::accepts(const Op&, const Tensor*, const Tensor&) {
  return true;
}

double Connected::cycles(const Op& op, const Tensor&) {
  return double(padded_inputs(op)) * op.outputs / lanes;
}

std::int64_t Connected::packed_floats(const Op& op) {
  return (padded_inputs(op) + 1) * op.outputs;
}

// Rows of weights, padded with zeros; the biases behind them.
void Connected::pack(const Op& op, const float* const* arrays, float* packed) {
  const std::int64_t inputs = op.in.size(), padded = padded_inputs(op);
  for (int o = 0; o < op.outputs; ++o) {
    for (std::int64_t i = 0; i < padded; ++i)
      packed[o * padded + i] = i < inputs ? arrays[0][o * inputs + i] : 0;
    packed[op.outputs * padded + o] = arrays[1] ? arrays[1][o] : 0;
  }
}

// Phase 0 flattens the inputs, an item an image; phase 1 multiplies, an item an output of an image.
Work Connected::work(const Op& op, const Call& call) {
  Work w{2, {call.out.batch, call.out.batch * op.outputs}};
  w.shared_floats = call.out.batch * padded_inputs(op);
  return w;
}

void Connected::run(const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch) {
  const std::int64_t padded = padded_inputs(op);
  for (int item = begin; item < end; ++item) {
    if (phase == 0) {
      flatten(call.in[0], item, scratch.shared + item * padded, padded);
      continue;
    }
    const int o = item / call.out.batch,
              n = item % call.out.batch;  // images inside: the row of weights is read once
    float* to = call.out.at(n, o, 0, 0);
    *to = dot(call.packed + o * padded, scratch.shared + n * padded, padded) +
          call.packed[op.outputs * padded + o];
    activate(op.activation, to, 1);
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
