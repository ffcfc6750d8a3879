#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Darknet's two ways of folding stride x stride cells into channels (kernels/reference/reorg.cpp has the
// formula).
struct Reorg {
  Shape in, out;
  int stride = 2;
  bool reverse = false;
  bool space_to_depth = false;  // reorg3d: the true permutation; otherwise the historic one of [reorg]

  Operands reads() const { return {data("image", in)}; }
  Operands writes() const { return {data("reordered", out)}; }
  bool agrees() const {
    const Shape &deep = reverse ? in : out, &wide = reverse ? out : in;
    return deep.h * stride == wide.h && deep.w * stride == wide.w &&
           deep.c == std::int64_t{wide.c} * stride * stride;
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "reorg /" + std::to_string(stride); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  // A permutation, and back: whose shape is the deep one changes with the direction.
  std::optional<Gradient> gradient() const {
    return Gradient{{{Reorg{out, in, stride, !reverse, !space_to_depth}, {gradients::of_output}, {0}}}};
  }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
