#pragma once

#include "kernels/ops/connected.h"

namespace nightjar::ops {

// The gradient by a connected layer's vector: the transposed matrix times the output's.
struct ConnectedDataGradient {
  Connected connected;  // bare: no bias, activation

  Operands reads() const {
    return {data("gradient", connected.out()), weight("weights", connected.weights())};
  }
  Operands writes() const { return {data("gradient", connected.in)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return connected.flops(); }
  std::string words() const { return "gradient by the vector of " + connected.words(); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
