// The activations of SEMANTICS.md section 3.1 that act on one value at a time.
#pragma once

#include <cstdint>

namespace nightjar {

enum class Activation : std::uint8_t {
  linear,
  leaky,
  logistic,
  loggy,
  relu,
  relu6,
  relie,
  ramp,
  elu,
  selu,
  tanh,
  plse,
  hardtan,
  lhtan,
  stair,
  swish,
  mish,
  hard_mish,
  gelu,
};

inline constexpr Activation last_activation = Activation::gelu;

// As Darknet's cfgs spell it.
const char* name_of(Activation activation);

}  // namespace nightjar
