#pragma once

#include "kernels/ops/conv.h"

namespace nightjar::ops {

// The gradient by a convolution's image: each output cell's, times the tap, onto every cell that the tap
// read. What Darknet has as a matrix product and col2im.
struct ConvDataGradient {
  Conv conv;  // bare: no bias, activation, residual

  Operands reads() const { return {data("gradient", conv.out), weight("weights", conv.weights())}; }
  Operands writes() const { return {data("gradient", conv.in)}; }
  bool agrees() const { return conv.agrees(); }
  std::int64_t flops() const { return conv.flops(); }
  std::string words() const { return "gradient by the image of " + conv.words(); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
