// The activations (kernels/activation.h) on one value: their formulas, for a float in a register.
#pragma once

#include "kernels/activation.h"
#include "kernels/cuda/device.cuh"

namespace nightjar::cuda {

// __fdividef: 2 ulp, and no subroutine, whose call would spill; by more than 2^126 it gives 0, which is right
// here.
NIGHTJAR_DEVICE float logistic(float x) {
  return __fdividef(1.f, 1.f + expf(-x));
}

// A type of our own, so that the formulas find these functions, and a namespace, so that nobody else does.
namespace formula {

struct Number {
  float value;
};

NIGHTJAR_DEVICE Number operator+(Number a, Number b) {
  return {a.value + b.value};
}
NIGHTJAR_DEVICE Number operator-(Number a, Number b) {
  return {a.value - b.value};
}
NIGHTJAR_DEVICE Number operator*(Number a, Number b) {
  return {a.value * b.value};
}
NIGHTJAR_DEVICE Number like(float constant, Number) {
  return {constant};
}
NIGHTJAR_DEVICE Number divide(Number a, Number b) {
  return {__fdividef(a.value, b.value)};
}
NIGHTJAR_DEVICE Number max(Number a, Number b) {
  return {fmaxf(a.value, b.value)};
}
NIGHTJAR_DEVICE Number min(Number a, Number b) {
  return {fminf(a.value, b.value)};
}
NIGHTJAR_DEVICE bool greater(Number a, Number b) {
  return a.value > b.value;
}
NIGHTJAR_DEVICE Number select(bool condition, Number yes, Number no) {
  return condition ? yes : no;
}
NIGHTJAR_DEVICE Number exp(Number x) {
  return {expf(x.value)};
}
NIGHTJAR_DEVICE Number expm1(Number x) {
  return {expm1f(x.value)};
}
NIGHTJAR_DEVICE Number tanh(Number x) {
  return {tanhf(x.value)};
}
NIGHTJAR_DEVICE Number floor(Number x) {
  return {floorf(x.value)};
}
NIGHTJAR_DEVICE Number logistic(Number x) {
  return {cuda::logistic(x.value)};
}

}  // namespace formula

// On neighbouring values: one branch for all of them, the same for all threads of a launch.
template <int count>
NIGHTJAR_DEVICE void activate(Activation activation, float (&x)[count]) {
  switch (activation) {
#define NIGHTJAR_ACTIVATE(name, type)                        \
  case Activation::name:                                     \
    _Pragma("unroll") for (int i = 0; i < count; ++i) x[i] = \
        activations::type::of(formula::Number{x[i]}).value;  \
    break;
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_ACTIVATE)
#undef NIGHTJAR_ACTIVATE
  }
}
NIGHTJAR_DEVICE float activate(Activation activation, float x) {
  float values[] = {x};
  activate(activation, values);
  return values[0];
}

// Its derivative, of its output or its input, whichever it is told by (kernels/activation.h).
template <class A>
NIGHTJAR_DEVICE float slope_as(float from) {
  if constexpr (requires(formula::Number v) { A::slope_of(v); }) {
    return A::slope_of(formula::Number{from}).value;
  } else {
    return static_cast<float>(A::slope(from));
  }
}
NIGHTJAR_DEVICE float slope(Activation activation, float from) {
  switch (activation) {
#define NIGHTJAR_SLOPE(name, type) \
  case Activation::name:           \
    return slope_as<activations::type>(from);
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_SLOPE)
#undef NIGHTJAR_SLOPE
  }
  return 0.f;  // no such activation
}

}  // namespace nightjar::cuda
