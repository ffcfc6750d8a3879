#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// What [yolo] does to its input (docs/darknet-format.md section 6.2): channels are anchors x (x, y, w, h,
// objectness, classes). Sigmoids and scale_x_y are applied; boxes are decoded later, by engine/heads.
struct YoloHead {
  Shape shape;
  int anchors = 0, classes = 0;
  float scale_x_y = 1;
  bool new_coords = false;  // all values already went through a logistic

  Operands reads() const { return {data("raw", shape)}; }
  Operands writes() const { return {data("head", shape)}; }
  bool agrees() const { return shape.c == std::int64_t{anchors} * (5 + classes); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "yolo head"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  // What arrives is by the input already: only losses read this, and theirs are.
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::of_output}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
