#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// The gradient by what went into an activation: gradient * act'(x). `from` is x itself, or act(x) where that
// says enough (has_slope_by_output).
struct ActivateGradient {
  Shape shape;
  Activation activation = Activation::linear;

  Operands reads() const { return {data("from", shape), data("gradient", shape)}; }
  Operands writes() const { return {data("gradient", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return std::string("gradient of ") + name_of(activation); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
