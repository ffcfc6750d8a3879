#pragma once

#include "kernels/ops/multiply.h"

namespace nightjar::ops {

// The gradient by the factor of a product: gradient times image, summed over what one factor multiplied.
struct MultiplyFactorGradient {
  Multiply multiply;  // without activation

  Operands reads() const { return {data("image", multiply.shape), data("gradient", multiply.shape)}; }
  Operands writes() const { return {data("gradient", multiply.factor_shape())}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient by the factor of " + multiply.words(); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
