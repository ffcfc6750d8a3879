// What a plan must know of any kernel, on a CPU (kernels/cpu/kernel.h) or a GPU (kernels/cuda/kernel.h).
//
// A kernel is a struct of static functions over one operation, in a file of its own, which turns it into a
// record of function pointers. One line in a manifest declares the record, offers it to plans, has it tested
// and timed.
#pragma once

#include "kernels/ops/op.h"

namespace nightjar {

// What one run of a kernel works on.
struct Call {
  const Tensor* in;  // the operation's data operands, in order
  int inputs;
  const Tensor* outs;  // what it writes, in order
  const void* packed;  // what pack() wrote

  NIGHTJAR_INLINE const Tensor& out() const { return outs[0]; }
  template <class T = float>
  NIGHTJAR_INLINE const T* packed_as() const {
    return static_cast<const T*>(packed);
  }
};

// The weight operands of an operation as they lie in the weights file, in order; null behind the last, so
// that a bias that is not there can be asked for.
struct Weights {
  const void* const* arrays;

  NIGHTJAR_INLINE const float* operator[](int i) const { return as<float>(i); }
  template <class T>
  NIGHTJAR_INLINE const T* as(int i) const {
    return static_cast<const T*>(arrays[i]);
  }
};
constexpr int max_weights = 4;  // of an operation

struct Kernel {
  const char* name;
  OpKind op;
  // Whether an image's result may differ in its last bits with the batch that it came in.
  bool depends_on_batch;
  // Whether it can compute this, by shapes, types and layouts alone; no data is looked at.
  bool (*accepts)(const Op&, const Tensor* in, const Tensor* outs);
  std::int64_t (*packed_bytes)(const Op&);
  void (*pack)(const Op&, Weights, void* packed);
};

// The parts of any kernel that a simple one need not write.
struct KernelDefaults {
  static constexpr bool depends_on_batch = false;
  // What prepare() finds out once for a call that is made again and again; handed to each run.
  struct Prepared {};
  template <class Op>
  static std::int64_t packed_bytes(const Op&) {
    return 0;
  }
  template <class Op>
  static void pack(const Op&, Weights, void*) {}
};

// The part of a record that kernels of all devices have. A kernel with several outputs takes `const Tensor*
// outs` where the others take their only one.
template <class K>
constexpr Kernel kernel() {
  using O = typename K::Op;
  return {
      K::name,
      kind_of<O>,
      K::depends_on_batch,
      [](const Op& op, const Tensor* in, const Tensor* outs) {
        if constexpr (requires { K::accepts(*op.as<O>(), in, outs); }) {
          return K::accepts(*op.as<O>(), in, outs);
        } else {
          return K::accepts(*op.as<O>(), in, *outs);
        }
      },
      [](const Op& op) { return K::packed_bytes(*op.as<O>()); },
      [](const Op& op, Weights weights, void* packed) { K::pack(*op.as<O>(), weights, packed); },
  };
}

}  // namespace nightjar
