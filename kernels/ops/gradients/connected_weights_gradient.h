#pragma once

#include "kernels/ops/connected.h"

namespace nightjar::ops {

// The sum of the gradients by a connected layer's weights so far, and that of these images: output's gradient
// times input.
struct ConnectedWeightsGradient {
  Connected connected;  // bare: no bias, activation

  Operands reads() const {
    return {data("vector", connected.in), data("gradient", connected.out()),
            shared("sum", connected.weights())};
  }
  Operands writes() const { return {shared("sum", connected.weights())}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return connected.flops(); }
  std::string words() const { return "gradient by the weights of " + connected.words(); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
