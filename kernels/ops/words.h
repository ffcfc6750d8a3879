// How operations are written in tables for people.
#pragma once

#include <string>

#include "kernels/activation.h"

namespace nightjar {

// "3x3/2", or "3x3/2x1" where the strides differ.
inline std::string size_and_strides(int size, int stride_x, int stride_y) {
  const std::string side = std::to_string(size), x = std::to_string(stride_x);
  return side + "x" + side + "/" + x + (stride_x == stride_y ? "" : "x" + std::to_string(stride_y));
}

// " + leaky"; nothing for linear.
inline std::string plus_activation(Activation activation) {
  return activation == Activation::linear ? "" : std::string(" + ") + name_of(activation);
}

}  // namespace nightjar
