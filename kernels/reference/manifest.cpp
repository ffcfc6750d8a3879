#include "kernels/reference/manifest.h"

#include <algorithm>
#include <array>
#include <span>

#include "kernels/reference/reference.h"

namespace nightjar::reference {
namespace {

// How many floats each array of an operation has, in the order of kernels/ops.h.
constexpr int max_arrays = 4;
using Counts = std::array<std::int64_t, max_arrays>;

template <class O>
Counts array_counts(const O&) {
  return {};
}
Counts array_counts(const ops::Conv& op) {
  return {std::int64_t{op.out.c} * (op.in.c / op.groups) * op.size * op.size, op.out.c};
}
Counts array_counts(const ops::Connected& op) {
  return {op.outputs * op.in.size(), op.outputs};
}
Counts array_counts(const ops::BatchNorm& op) {
  return {op.shape.c, op.shape.c, op.shape.c, op.shape.c};
}
Counts array_counts(const ops::Add& op) {
  if (op.weights == ops::Add::Weights::none) return {};
  return {op.weights == ops::Add::Weights::per_channel ? std::int64_t{op.inputs} * op.shape.c : op.inputs};
}

template <class O>
std::int64_t packed_count(const O& op) {
  std::int64_t total = 0;
  for (const std::int64_t count : array_counts(op)) total += count;
  return total;
}

template <class O>
struct Reference : KernelDefaults {
  using Op = O;
  static constexpr const char* name = "reference";

  static bool accepts(const Op&, const Tensor*, const Tensor&) { return true; }
  // Dear enough that anything else that accepts is taken.
  static double cycles(const Op&, const Tensor& out) { return 1e9 + 100. * double(out.shape.size()); }
  static std::int64_t packed_floats(const Op& op) { return packed_count(op); }

  static void pack(const Op& op, const float* const* arrays, float* packed) {
    for (const std::int64_t count : array_counts(op)) {
      if (count == 0) break;
      if (*arrays) {
        std::copy_n(*arrays, count, packed);
      } else {
        std::fill_n(packed, count, 0.f);
      }
      packed += count;
      ++arrays;
    }
  }

  static Work work(const Op&, const Call&) { return {}; }

  static void run(const Op& op, const Call& call, int, int, int, Scratch) {
    std::array<const float*, max_arrays> arrays{};
    std::size_t used = 0;
    const float* packed = call.packed;
    for (const std::int64_t count : array_counts(op)) {
      if (count == 0) break;
      arrays[used++] = packed;
      packed += count;
    }
    reference::run(op, Inputs(call.in, static_cast<std::size_t>(call.inputs)), Arrays(arrays.data(), used),
                   call.out);
  }
};

template <class... Ops>
constexpr std::array<Kernel, sizeof...(Ops)> all(const std::variant<Ops...>*) {
  return {kernel<Reference<Ops>>()...};
}
constexpr auto kernels = all(static_cast<const Op*>(nullptr));

}  // namespace

KernelSet kernel_set() {
  KernelSet set{"reference", 1, 1, {}, nullptr};
  for (const Kernel& kernel : kernels) set.kernels.push_back(&kernel);
  return set;
}

}  // namespace nightjar::reference
