// The activations of SEMANTICS.md section 3.1, in double.
#include <algorithm>
#include <cmath>

#include "kernels/reference/reference.h"

namespace nightjar::reference {
namespace {

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

double plse(double x) {
  if (x < -4) return .01 * (x + 4);
  if (x > 4) return .01 * (x - 4) + 1;
  return .125 * x + .5;
}

double lhtan(double x) {
  if (x < 0) return .001 * x;
  if (x > 1) return .001 * (x - 1) + 1;
  return x;
}

double stair(double x) {
  const double n = std::floor(x), half = std::floor(x / 2);
  return std::fmod(n, 2) == 0 ? half : (x - n) + half;
}

double hard_mish(double x) {
  if (x > 0) return x;
  if (x <= -2) return 0;
  return x * x / 2 + x;
}

double activate(Activation activation, double x) {
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::leaky:
      return x > 0 ? x : .1 * x;
    case Activation::logistic:
      return logistic(x);
    case Activation::loggy:
      return 2 * logistic(x) - 1;
    case Activation::relu:
      return x < 0 ? 0 : x;
    case Activation::relu6:
      return std::clamp(x, 0., 6.);
    case Activation::relie:
      return x > 0 ? x : .01 * x;
    case Activation::ramp:
      return (x < 0 ? 0 : x) + .1 * x;
    case Activation::elu:
      return x >= 0 ? x : std::expm1(x);
    case Activation::selu:
      return 1.0507 * (x >= 0 ? x : 1.6732 * std::expm1(x));
    case Activation::tanh:
      return std::tanh(x);
    case Activation::plse:
      return plse(x);
    case Activation::hardtan:
      return std::clamp(x, -1., 1.);
    case Activation::lhtan:
      return lhtan(x);
    case Activation::stair:
      return stair(x);
    case Activation::swish:
      return x * logistic(x);
    case Activation::mish:
      return x * std::tanh(std::log1p(std::exp(x)));
    case Activation::hard_mish:
      return hard_mish(x);
    case Activation::gelu:
      return .5 * x * (1 + std::tanh(.797885 * x + .035677 * x * x * x));
  }
  return x;  // no such activation
}

}  // namespace

float activate(Activation activation, float x) {
  return static_cast<float>(activate(activation, static_cast<double>(x)));
}

}  // namespace nightjar::reference
