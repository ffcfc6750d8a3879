// What changes a parameter element by element: the definitions, over spans of the arrays as items. In double
// as they are, since a rounding here is one that every later update starts from, and memory takes longer.
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/ops/updates/adam_update.h"
#include "kernels/ops/updates/average_weights.h"
#include "kernels/ops/updates/sgd_update.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr std::int64_t span = 4096;

// An operation of so many arrays, without asking it: what it would list them in throws.
template <class O, int reads, int writes>
struct Update : CpuKernelDefaults {
  using Op = O;

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    for (int i = 0; i < reads; ++i)
      if (!is_f32(in[i])) return false;
    return is_f32(out);
  }
  static double cycles(const Op& op, const Tensor&) { return double(op.shape.size()) * 30; }
  static Work prepare(const Op& op, const Call&, Prepared&) {
    return {1, {static_cast<int>((op.shape.size() + span - 1) / span)}};
  }

  // All that it reads and writes is as long as the parameter, but the rates, which are the last.
  static void run(const Op& op, const Call& call, const Prepared&, int, int begin, int end, Scratch) {
    const std::int64_t first = begin * span, rest = op.shape.size() - first;
    Op part = op;
    part.shape = {1, 1, static_cast<int>(rest < (end - begin) * span ? rest : (end - begin) * span)};
    Tensor ins[reads], outs[writes];
    for (int i = 0; i < reads; ++i) ins[i] = i + 1 < reads ? behind(call.in[i], first) : call.in[i];
    for (int i = 0; i < writes; ++i) outs[i] = behind(call.outs[i], first);
    part.define({ins, reads}, {outs, writes});
  }

 private:
  static Tensor behind(Tensor t, std::int64_t first) {
    t.data = static_cast<float*>(t.data) + first;
    return t;
  }
};

struct SgdUpdate : Update<ops::SgdUpdate, 4, 3> {
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("sgd_update");
};
struct AdamUpdate : Update<ops::AdamUpdate, 5, 4> {
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("adam_update");
};
struct AverageWeights : Update<ops::AverageWeights, 3, 1> {
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("average_weights");
};

}  // namespace

constexpr CpuKernel sgd_update = cpu_kernel<SgdUpdate>();
constexpr CpuKernel adam_update = cpu_kernel<AdamUpdate>();
constexpr CpuKernel average_weights = cpu_kernel<AverageWeights>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
