#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// As YoloHead with x, sigma x, y, sigma y, w, sigma w, h, sigma h in front of the objectness.
struct GaussianHead {
  Shape shape;
  int anchors = 0, classes = 0;
  float scale_x_y = 1;

  Operands reads() const { return {data("raw", shape)}; }
  Operands writes() const { return {data("head", shape)}; }
  bool agrees() const { return shape.c == std::int64_t{anchors} * (9 + classes); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gaussian yolo head"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  // What arrives is by the input already: only losses read this, and theirs are.
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::of_output}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
