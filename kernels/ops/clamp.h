#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = in, cut to -limit..limit.
struct Clamp {
  Shape shape;
  float limit = 1;

  Operands reads() const { return {data("image", shape)}; }
  Operands writes() const { return {data("clamped", shape)}; }
  bool agrees() const { return limit >= 0; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "clamp"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
