// Adam and AdamW.
#include "kernels/ops/updates/adam_update.h"

#include <cmath>

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/updates/spans.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct AdamUpdate : CpuKernelDefaults {
  using Op = ops::AdamUpdate;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("adam_update");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return is_f32(in[0]) && is_f32(in[1]) && is_f32(in[2]) && is_f32(in[3]) && is_f32(in[4]) && is_f32(out);
  }
  static double cycles(const Op& op, const Tensor&) { return double(op.shape.size()) / lanes * 20; }
  static Work prepare(const Op& op, const Call&, Prepared&) { return work_of_spans(op.shape.size()); }

  static void run(const Op& op, const Call& call, const Prepared&, int, int begin, int end, Scratch) {
    const auto in = [&](int i) { return static_cast<const float*>(call.in[i].data); };
    const auto out = [&](int i) { return static_cast<float*>(call.outs[i].data); };
    const Rates rates = Rates::at(in(4));
    const double first_known = 1 - std::pow(double{rates.momentum}, double{rates.update});
    const double second_known = 1 - std::pow(double{rates.second}, double{rates.update});
    const Vec share = set(rates.share), decay = set(op.decays ? rates.decay : 0), zero = set(0.f);
    const Vec old_decay = op.decoupled ? zero : decay, decoupled_decay = op.decoupled ? decay : zero;
    const Vec keep_first = set(rates.momentum), take_first = set(float(1 - double{rates.momentum}));
    const Vec keep_second = set(rates.second), take_second = set(float(1 - double{rates.second}));
    const Vec by_first = set(float(1 / first_known)), by_second = set(float(1 / second_known));
    const Vec step = set(op.factor * rates.rate), epsilon = set(rates.epsilon);
    each_register(op.shape.size(), begin, end, [&](std::int64_t i, std::int64_t count) {
      const auto load_at = [&](int array) { return load_first(in(array) + i, count, 0); };
      const Vec parameter = load_at(0), g = fma(share, load_at(1), old_decay * parameter);
      const Vec first = fma(keep_first, load_at(2), take_first * g);
      const Vec second = fma(keep_second, load_at(3), take_second * g * g);
      const Vec direction = first * by_first / (sqrt(second * by_second) + epsilon);
      store_first(out(0) + i, parameter - step * fma(decoupled_decay, parameter, direction), count);
      store_first(out(1) + i, zero, count);
      store_first(out(2) + i, first, count);
      store_first(out(3) + i, second, count);
    });
  }
};

}  // namespace

constexpr CpuKernel adam_update = cpu_kernel<AdamUpdate>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
