#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// The loss of [cost], of differences d = truth - value (docs/darknet-format.md section 12.2):
//   sse     d^2, gradient -d: Darknet leaves the factor 2 to the rate
//   l1      |d|, gradient -1 or 1
//   smooth  d^2 where |d| < 1, else 2 |d| - 1; gradients -d, -1 or 1
struct Cost {
  enum class Type : std::uint8_t { sse, l1, smooth };
  Shape shape;
  Type type = Type::sse;
  float scale = 1;  // of the gradient

  Operands reads() const {
    return {exact_data("values", shape), exact_data("truth", {static_cast<int>(shape.size()), 1, 1})};
  }
  Operands writes() const { return {exact_data("gradient", shape), exact_data("parts", LossParts::shape())}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "cost"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::output(0)}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
