// The contract between a CPU kernel and the engine: what it can do, what it needs, what it costs, how it
// runs.
#pragma once

#include <cstddef>
#include <type_traits>

#include "kernels/kernel.h"

namespace nightjar::cpu {

struct Call : nightjar::Call {
  int threads = 1;  // that will share the items: work may be cut by it, results must not depend on it
};

// How a kernel wants to be run: `phases` one after the other, each over `items` that may run in any order and
// on any thread. `thread_bytes` of scratch belong to the running thread, `shared_bytes` to all of them until
// the last phase.
struct Work {
  static constexpr int max_phases = 3;
  int phases = 1;
  int items[max_phases] = {1, 0, 0};
  std::int64_t thread_bytes = 0, shared_bytes = 0;
};

// Aligned to cache lines.
struct Scratch {
  void* thread;
  void* shared;

  NIGHTJAR_INLINE float* thread_floats() const { return static_cast<float*>(thread); }
  NIGHTJAR_INLINE float* shared_floats() const { return static_cast<float*>(shared); }
};

// A kernel struct K adds:
//   using Op = ops::...;
//   static constexpr const char* name;                                  // family_variant_isa
//   static bool accepts(const Op&, const Tensor* in, const Tensor& out);
//   static double cycles(const Op&, const Tensor& out);                 // estimate for one image on one core
//   static Work prepare(const Op&, const Call&, Prepared&);             // once for a call: schedules, cuts
//   static void run(const Op&, const Call&, const Prepared&, int phase, int begin, int end, Scratch);
struct CpuKernelDefaults : KernelDefaults {
  // Computes with transformed weights, which rounds more than a plain sum does.
  static constexpr bool winograd = false;
  // Cells of zeros the kernel reads around each plane of input 0.
  template <class Op>
  static int halo(const Op&) {
    return 0;
  }
};

struct CpuKernel : Kernel {
  bool winograd;
  double (*cycles)(const Op&, const Tensor& out);
  int (*halo)(const Op&);
  std::size_t prepared_bytes;
  Work (*prepare)(const Op&, const Call&, void* prepared);
  void (*run)(const Op&, const Call&, const void* prepared, int phase, int begin, int end, Scratch);
};

template <class K>
constexpr CpuKernel cpu_kernel() {
  using O = typename K::Op;
  using P = typename K::Prepared;
  static_assert(std::is_trivially_copyable_v<P> && alignof(P) <= alignof(std::max_align_t));
  return {
      kernel<K>(),
      K::winograd,
      [](const Op& op, const Tensor& out) { return K::cycles(*op.as<O>(), out); },
      [](const Op& op) { return K::halo(*op.as<O>()); },
      sizeof(P),
      [](const Op& op, const Call& call, void* prepared) {
        return K::prepare(*op.as<O>(), call, *static_cast<P*>(prepared));
      },
      [](const Op& op, const Call& call, const void* prepared, int phase, int begin, int end,
         Scratch scratch) {
        K::run(*op.as<O>(), call, *static_cast<const P*>(prepared), phase, begin, end, scratch);
      },
  };
}

}  // namespace nightjar::cpu
