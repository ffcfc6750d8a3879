#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Of a blend with the rest, share * first + (1 - share) * second: by the share, gradient * (first - second);
// by the first, gradient * share; by the second, gradient * (1 - share).
struct BlendGradient {
  Shape shape;

  Operands reads() const {
    return {data("share", shape), data("first", shape), data("second", shape), data("gradient", shape)};
  }
  Operands writes() const {
    return {data("by share", shape), data("by first", shape), data("by second", shape)};
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient of a blend with the rest"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
