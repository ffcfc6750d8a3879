#pragma once

#include "kernels/ops/conv.h"

namespace nightjar::ops {

// The sum of the gradients by a convolution's weights so far, and that of these images: each output cell's
// gradient times the cell that the tap read.
struct ConvWeightsGradient {
  Conv conv;  // bare: no bias, activation, residual

  Operands reads() const {
    return {data("image", conv.in), data("gradient", conv.out), shared("sum", conv.weights())};
  }
  Operands writes() const { return {shared("sum", conv.weights())}; }
  bool agrees() const { return conv.agrees(); }
  std::int64_t flops() const { return conv.flops(); }
  std::string words() const { return "gradient by the weights of " + conv.words(); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
