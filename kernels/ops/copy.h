#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = in: what a state is given for the next run.
struct Copy {
  Shape shape;

  Operands reads() const { return {data("from", shape)}; }
  Operands writes() const { return {data("to", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "copy"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::of_output}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
