// What the definitions of detection heads share.
#pragma once

#include "kernels/reference/reference.h"

namespace nightjar::reference {

inline float logistic(float x) {
  return activate(Activation::logistic, x);
}

// Stretches a coordinate around the cell's centre, so that a sigmoid's ends can be reached.
inline float stretch(float v, double scale) {
  return static_cast<float>(v * scale - .5 * (scale - 1));
}

}  // namespace nightjar::reference
