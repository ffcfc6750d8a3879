// The contract between a CPU kernel and the engine: what it can do, what it needs, what it costs, how it
// runs.
//
// A kernel is a struct of static functions over one operation (see KernelDefaults); kernel<K>() turns it into
// the uniform record that manifests list, the plan chooses from, the tests compare and the benchmarks time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "kernels/ops.h"
#include "kernels/tensor.h"

namespace nightjar {

// What one run of a kernel works on. `in` has the operation's inputs in order.
struct Call {
  const Tensor* in;
  int inputs;
  Tensor out;
  const float* packed;  // what pack() wrote
  int threads = 1;      // that will share the items: work may be cut by it, results must not depend on it
};

// How a kernel wants to be run: `phases` one after the other, each over `items` that may run in any order and
// on any thread. `thread_floats` of scratch belong to the running thread, `shared_floats` to all of them
// until the last phase.
struct Work {
  static constexpr int max_phases = 3;
  int phases = 1;
  int items[max_phases] = {1, 0, 0};
  std::int64_t thread_floats = 0, shared_floats = 0;
};

struct Scratch {
  float* thread;
  float* shared;
};

// The parts of a kernel that a simple one need not write. A kernel struct K adds:
//   using Op = ops::...;
//   static constexpr const char* name;                                  // family_variant_isa
//   static bool accepts(const Op&, const Tensor* in, const Tensor& out);  // shapes and layouts; data is not
//   looked at static double cycles(const Op&, const Tensor& out);                 // estimate for one image
//   on one core static Work work(const Op&, const Call&); static void run(const Op&, const Call&, int phase,
//   int begin, int end, Scratch);
struct KernelDefaults {
  // Computes with transformed weights, which rounds more than a plain sum does.
  static constexpr bool winograd = false;
  // Cells of zeros the kernel reads around each plane of input 0.
  template <class Op>
  static int halo(const Op&) {
    return 0;
  }
  // Floats that pack() writes; `arrays` are those kernels/ops.h names, as Darknet stores them.
  template <class Op>
  static std::int64_t packed_floats(const Op&) {
    return 0;
  }
  template <class Op>
  static void pack(const Op&, const float* const*, float*) {}
};

struct Kernel {
  const char* name;
  bool winograd;
  std::size_t op;  // index into the variant Op
  bool (*accepts)(const Op&, const Tensor* in, const Tensor& out);
  double (*cycles)(const Op&, const Tensor& out);
  int (*halo)(const Op&);
  std::int64_t (*packed_floats)(const Op&);
  void (*pack)(const Op&, const float* const* arrays, float* packed);
  Work (*work)(const Op&, const Call&);
  void (*run)(const Op&, const Call&, int phase, int begin, int end, Scratch);
};

// Position of T among the alternatives of the variant.
template <class T, class... Ts>
constexpr std::size_t index_in(const std::variant<Ts...>*) {
  std::size_t i = 0;
  for (const bool same : {std::is_same_v<T, Ts>...}) {
    if (same) return i;
    ++i;
  }
  return i;
}

template <class K>
constexpr Kernel kernel() {
  using O = typename K::Op;
  return {
      K::name,
      K::winograd,
      index_in<O>(static_cast<const Op*>(nullptr)),
      [](const Op& op, const Tensor* in, const Tensor& out) {
        return K::accepts(*std::get_if<O>(&op), in, out);
      },
      [](const Op& op, const Tensor& out) { return K::cycles(*std::get_if<O>(&op), out); },
      [](const Op& op) { return K::halo(*std::get_if<O>(&op)); },
      [](const Op& op) { return K::packed_floats(*std::get_if<O>(&op)); },
      [](const Op& op, const float* const* arrays, float* packed) {
        K::pack(*std::get_if<O>(&op), arrays, packed);
      },
      [](const Op& op, const Call& call) { return K::work(*std::get_if<O>(&op), call); },
      [](const Op& op, const Call& call, int phase, int begin, int end, Scratch scratch) {
        K::run(*std::get_if<O>(&op), call, phase, begin, end, scratch);
      },
  };
}

}  // namespace nightjar
