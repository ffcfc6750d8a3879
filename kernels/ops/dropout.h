#pragma once

#include "kernels/ops/draw.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = 0 where an element's draw is below `probability`, else in / (1 - probability). Element i of image n,
// planar, draws number n * elements + i. It is linear: the gradient goes through the same operation.
struct Dropout {
  Shape shape;
  float probability = .5f;
  int who = 0;  // that draws: the layer

  Operands reads() const { return {data("image", shape), shared(DrawKey::operand, DrawKey::shape())}; }
  Operands writes() const { return {data("rest", shape)}; }
  bool agrees() const { return probability >= 0 && probability <= 1; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "dropout"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const {
    return Gradient{{{*this, {gradients::of_output, gradients::input(1)}, {0}}}};
  }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
