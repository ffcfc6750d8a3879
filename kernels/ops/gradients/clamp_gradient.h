#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// The gradient by what was cut to -limit..limit: none where it was beyond.
struct ClampGradient {
  Shape shape;
  float limit = 1;

  Operands reads() const { return {data("image", shape), data("gradient", shape)}; }
  Operands writes() const { return {data("gradient", shape)}; }
  bool agrees() const { return limit >= 0; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient of a clamp"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
