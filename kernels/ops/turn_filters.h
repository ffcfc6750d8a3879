#pragma once

#include "kernels/ops/conv.h"

namespace nightjar::ops {

// A convolution's weights for the way back: the filters of each group are its channels, and each is turned by
// half a circle. A convolution of the output's gradient with them is the gradient by the image.
struct TurnFilters {
  Conv conv;

  Shape turned() const { return {conv.in.c, conv.out.c / conv.groups, conv.size * conv.size}; }
  Operands reads() const { return {{"weights", parameter_of(conv.weights())}}; }
  Operands writes() const { return {{"turned", parameter_of(turned())}}; }
  bool agrees() const { return conv.agrees(); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "turn filters"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
