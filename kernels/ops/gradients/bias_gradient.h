#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// The sum of a bias' gradients so far, and of the gradient over cells and images.
struct BiasGradient {
  Shape shape;

  Operands reads() const { return {data("gradient", shape), shared("sum", {shape.c, 1, 1})}; }
  Operands writes() const { return {shared("sum", {shape.c, 1, 1})}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient of biases"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
