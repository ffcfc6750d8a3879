// The activations of SEMANTICS.md section 3.1 on one value.
#pragma once

#include "kernels/activation.h"
#include "kernels/cuda/device.cuh"

namespace nightjar::cuda {

// __fdividef: 2 ulp, and no subroutine, whose call would spill; above 2^126 it gives 0, which is right here.
NIGHTJAR_DEVICE float logistic(float x) {
  return __fdividef(1.f, 1.f + expf(-x));
}

// x tanh(ln(1 + e^x)) = x n / (n + 2) with n = e^x (e^x + 2): one exp, no log, no cancellation. Above 20 it
// is x.
NIGHTJAR_DEVICE float mish(float x) {
  const float e = expf(fminf(x, 20.f)), n = e * (e + 2.f);
  return x * __fdividef(n, n + 2.f);
}

NIGHTJAR_DEVICE float stair(float x) {
  const float n = floorf(x), half_way = floorf(x / 2.f);  // n is even where it is twice half_way
  return n == 2.f * half_way ? half_way : (x - n) + half_way;
}

NIGHTJAR_DEVICE float plse(float x) {
  if (x < -4.f) return .01f * (x + 4.f);
  return x > 4.f ? .01f * (x - 4.f) + 1.f : .125f * x + .5f;
}

NIGHTJAR_DEVICE float lhtan(float x) {
  if (x < 0.f) return .001f * x;
  return x > 1.f ? .001f * (x - 1.f) + 1.f : x;
}

NIGHTJAR_DEVICE float hard_mish(float x) {
  if (x > 0.f) return x;
  return x > -2.f ? x * x / 2.f + x : 0.f;
}

// The branch is the same for all threads of a launch.
NIGHTJAR_DEVICE float activate(Activation activation, float x) {
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::leaky:
      return fmaxf(x, .1f * x);
    case Activation::logistic:
      return logistic(x);
    case Activation::loggy:
      return 2.f * logistic(x) - 1.f;
    case Activation::relu:
      return fmaxf(x, 0.f);
    case Activation::relu6:
      return fminf(fmaxf(x, 0.f), 6.f);
    case Activation::relie:
      return fmaxf(x, .01f * x);
    case Activation::ramp:
      return fmaxf(x, 0.f) + .1f * x;
    case Activation::elu:
      return x >= 0.f ? x : expm1f(x);
    case Activation::selu:
      return 1.0507f * (x >= 0.f ? x : 1.6732f * expm1f(x));
    case Activation::tanh:
      return tanhf(x);
    case Activation::plse:
      return plse(x);
    case Activation::hardtan:
      return fminf(fmaxf(x, -1.f), 1.f);
    case Activation::lhtan:
      return lhtan(x);
    case Activation::stair:
      return stair(x);
    case Activation::swish:
      return x * logistic(x);
    case Activation::mish:
      return mish(x);
    case Activation::hard_mish:
      return hard_mish(x);
    case Activation::gelu:
      return .5f * x * (1.f + tanhf(.797885f * x + .035677f * x * x * x));
  }
  return x;
}

}  // namespace nightjar::cuda
