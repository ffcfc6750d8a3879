#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// YOLOv2 (docs/darknet-format.md section 6.5): logistic on x, y and objectness; classes by softmax, by
// softmax per group of a class tree, or by logistic.
struct RegionHead {
  enum class Classes : std::uint8_t { logistic, softmax, tree, raw };
  Shape shape;
  int anchors = 0, classes = 0, coords = 4;
  Classes activation = Classes::logistic;
  std::vector<int> group_sizes;  // tree only

  Operands reads() const { return {data("raw", shape)}; }
  Operands writes() const { return {data("head", shape)}; }
  bool agrees() const { return shape.c == std::int64_t{anchors} * (coords + 1 + classes); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "region head"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  // What arrives is by the input already: only losses read this, and theirs are.
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::of_output}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
