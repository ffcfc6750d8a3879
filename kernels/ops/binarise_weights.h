#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Weights of two values a filter: out = m where in is above 0, else -m (so for 0 too), m = mean of
// |weights[n]|.
struct BinariseWeights {
  Shape weights;  // (filters, channels, taps)

  Operands reads() const { return {{"weights", parameter_of(weights), Role::data, weights.size()}}; }
  Operands writes() const {
    Operands binary{{"binary weights", parameter_of(weights), Role::data, weights.size()}};
    binary[0].overlays = 0;
    return binary;
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "binarise weights"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
