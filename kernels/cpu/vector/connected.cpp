// A fully connected layer: a matrix times a vector. Every weight is used once, so this runs at the speed of
// memory; 4 sums a row only hide the FMA's latency.
#include "kernels/ops/connected.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/cpu/vector/flat.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr int sums = 4;

std::int64_t padded_inputs(const ops::Connected& op) {
  constexpr int step = sums * lanes;
  return (op.in.size() + step - 1) / step * step;
}

float dot(const float* a, const float* b, std::int64_t count) {
  Vec sum[sums] = {set(0.f), set(0.f), set(0.f), set(0.f)};
  for (std::int64_t i = 0; i < count; i += sums * lanes) {
#pragma GCC unroll 4
    for (int k = 0; k < sums; ++k) sum[k] = fma(load(a + i + k * lanes), load(b + i + k * lanes), sum[k]);
  }
  return nightjar::cpu::NIGHTJAR_ISA::sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

struct Connected : CpuKernelDefaults {
  using Op = ops::Connected;
  struct Prepared {
    std::int64_t padded;  // inputs
    int batch;
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("connected");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return is_f32(in[0]) && is_f32(out); }
  static double cycles(const Op& op, const Tensor&) { return double(padded_inputs(op)) * op.outputs / lanes; }

  // Rows of weights, padded with zeros; the biases behind them.
  static std::int64_t packed_bytes(const Op& op) {
    return (padded_inputs(op) + 1) * op.outputs * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    const std::int64_t inputs = op.in.size(), padded = padded_inputs(op);
    auto* to = static_cast<float*>(packed);
    for (int o = 0; o < op.outputs; ++o) {
      for (std::int64_t i = 0; i < padded; ++i)
        to[o * padded + i] = i < inputs ? weights[0][o * inputs + i] : 0;
      to[op.outputs * padded + o] = weights[1] ? weights[1][o] : 0;
    }
  }

  // Phase 0 flattens the inputs, an item an image; phase 1 multiplies, an item an output of an image.
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    p = {padded_inputs(op), call.out().batch};
    Work work{2, {p.batch, p.batch * op.outputs}};
    work.shared_bytes = p.batch * p.padded * std::int64_t{sizeof(float)};
    return work;
  }
  static void run(const Op& op, const Call& call, const Prepared& p, int phase, int begin, int end,
                  Scratch scratch) {
    const auto* packed = call.packed_as<float>();
    float* flat = scratch.shared_floats();
    for (int item = begin; item < end; ++item) {
      if (phase == 0) {
        float* to = flat + item * p.padded;
        flatten(call.in[0], item, to);
        for (std::int64_t i = op.in.size(); i < p.padded; ++i) to[i] = 0;
        continue;
      }
      // Images inside: the row of weights is read once.
      const int o = item / p.batch, n = item % p.batch;
      float* to = call.out().at(n, o, 0, 0);
      *to = dot(packed + o * p.padded, flat + n * p.padded, p.padded) + packed[op.outputs * p.padded + o];
      activate(op.activation, to, 1);
      if (o + 1 == op.outputs) clear_padding_lanes(call.out(), n);
    }
  }
};

}  // namespace

constexpr CpuKernel connected = cpu_kernel<Connected>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
