#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Weights in 8 bits with a scale for each filter: scale[n] = max |weights[n]| / 127, out = round(weights /
// scale), to the nearest, halves to even. A filter of zeros has the scale 1.
struct QuantiseWeights {
  Shape weights;  // (filters, channels, taps)

  Operands reads() const { return {{"weights", parameter_of(weights), Role::data, weights.size()}}; }
  Operands writes() const {
    const Shape filters{weights.c, 1, 1};
    return {{"quantised weights", parameter_of(weights, Type::i8), Role::data, weights.size()},
            {"weight scales", parameter_of(filters), Role::data, filters.size()}};
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "quantise weights"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
