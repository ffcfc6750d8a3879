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
  switch (activation) {
    case Activation::linear:
      return;
    case Activation::leaky:
      return map(values, count, [](Vec x) { return leaky(x, .1f); });
    case Activation::relu:
      return map(values, count, [](Vec x) { return max(x, set(0.f)); });
    case Activation::relu6:
      return map(values, count, [](Vec x) { return min(max(x, set(0.f)), set(6.f)); });
    case Activation::logistic:
      return map(values, count, [](Vec x) { return logistic(x); });
    case Activation::swish:
      return map(values, count, [](Vec x) { return swish(x); });
    case Activation::mish:
      return map(values, count, [](Vec x) { return mish(x); });
    case Activation::tanh:
      return map(values, count, [](Vec x) { return tanh(x); });
    default:
      // No official network spends time in the others.
      for (std::int64_t i = 0; i < count; ++i) values[i] = reference::activate(activation, values[i]);
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
