#include "kernels/cpu/simd/math.h"

#include "kernels/reference/reference.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

template <class F>
NIGHTJAR_INLINE void map(float* values, std::int64_t count, F f) {
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes) store(values + i, f(load(values + i)));
  if (i == count) return;
  float rest[lanes] = {};
  for (std::int64_t k = i; k < count; ++k) rest[k - i] = values[k];
  store(rest, f(load(rest)));
  for (std::int64_t k = i; k < count; ++k) values[k] = rest[k - i];
}

}  // namespace

void activate(Activation activation, float* values, std::int64_t count) {
  if (activation == Activation::linear) return;
  with_activation(activation, [&]<class A>() {
    if constexpr (A::cost == activations::Cost::rare) {
      for (std::int64_t i = 0; i < count; ++i) values[i] = reference::activate(activation, values[i]);
    } else {
      map(values, count, [](Vec x) { return A::of(x); });
    }
  });
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
