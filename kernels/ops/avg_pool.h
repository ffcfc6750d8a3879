#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out (c, 1, 1) = mean over height and width.
struct AvgPool {
  Shape in;

  Operands reads() const { return {data("image", in)}; }
  Operands writes() const { return {data("means", {in.c, 1, 1})}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "avgpool"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
