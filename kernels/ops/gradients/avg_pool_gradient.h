#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// A channel's gradient, shared equally by its cells.
struct AvgPoolGradient {
  Shape in;  // of the pool

  Operands reads() const { return {data("gradient", {in.c, 1, 1})}; }
  Operands writes() const { return {data("gradient", in)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient of avgpool"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
