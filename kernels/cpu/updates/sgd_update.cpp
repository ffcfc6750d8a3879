// Stochastic gradient descent with momentum and decay.
#include "kernels/ops/updates/sgd_update.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/updates/spans.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct SgdUpdate : CpuKernelDefaults {
  using Op = ops::SgdUpdate;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("sgd_update");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return is_f32(in[0]) && is_f32(in[1]) && is_f32(in[2]) && is_f32(in[3]) && is_f32(out);
  }
  static double cycles(const Op& op, const Tensor&) { return double(op.shape.size()) / lanes * 4; }
  static Work prepare(const Op& op, const Call&, Prepared&) { return work_of_spans(op.shape.size()); }

  static void run(const Op& op, const Call& call, const Prepared&, int, int begin, int end, Scratch) {
    const auto in = [&](int i) { return static_cast<const float*>(call.in[i].data); };
    const auto out = [&](int i) { return static_cast<float*>(call.outs[i].data); };
    const Rates rates = Rates::at(in(3));
    const Vec momentum = set(rates.momentum), decay = set(op.decays ? rates.decay / rates.share : 0);
    const Vec step = set(op.factor * rates.rate * rates.share);
    each_register(op.shape.size(), begin, end, [&](std::int64_t i, std::int64_t count) {
      const auto load_at = [&](int array) { return load_first(in(array) + i, count, 0); };
      const Vec parameter = load_at(0);
      const Vec velocity = fma(momentum, load_at(2), set(0.f) - fma(decay, parameter, load_at(1)));
      store_first(out(0) + i, fma(step, velocity, parameter), count);
      store_first(out(1) + i, set(0.f), count);
      store_first(out(2) + i, velocity, count);
    });
  }
};

}  // namespace

constexpr CpuKernel sgd_update = cpu_kernel<SgdUpdate>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
