// An activation by its definition (kernels/activation.h).
#include "kernels/reference/reference.h"

namespace nightjar::reference {

float activate(Activation activation, float x) {
  switch (activation) {
#define NIGHTJAR_DEFINITION(name, type) \
  case Activation::name:                \
    return static_cast<float>(activations::type::define(x));
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_DEFINITION)
#undef NIGHTJAR_DEFINITION
  }
  return x;  // no such activation
}

double slope(Activation activation, double from) {
  switch (activation) {
#define NIGHTJAR_SLOPE(name, type) \
  case Activation::name:           \
    return activations::type::slope(from);
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_SLOPE)
#undef NIGHTJAR_SLOPE
  }
  return 1;  // no such activation
}

}  // namespace nightjar::reference
