// Derivatives of activations on whole registers.
#pragma once

#include "kernels/cpu/simd/math.h"
#include "kernels/reference/reference.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// Calls visit(slope), where slope(from) gives the activation's derivative of its output or input, whichever
// it is told by (kernels/activation.h).
template <class Visit>
NIGHTJAR_INLINE void with_slope(Activation activation, const Visit& visit) {
  with_activation(activation, [&]<class A>() {
    if constexpr (requires(Vec v) { A::slope_of(v); }) {
      visit([](Vec from) { return A::slope_of(from); });
    } else {
      visit([activation](Vec from) {
        float values[lanes];
        store(values, from);
        for (float& value : values) value = float(reference::slope(activation, value));
        return load(values);
      });
    }
  });
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
