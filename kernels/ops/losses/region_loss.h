#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/losses/truth.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// The loss of [region] as Darknet has it (docs/darknet-format.md section 12.2): of what RegionHead writes,
// the gradient by what it read, and the parts of the loss. Anchors are in cells.
struct RegionLoss {
  static constexpr int settling = 12800;  // pictures in which each prediction is drawn to its anchor

  Shape shape;
  int classes = 0, boxes = 30;  // `boxes`: at most so many truths of a picture are read
  std::vector<float> anchors;   // w and h
  bool pjreddie = false;        // the rules of his Darknet where the two differ
  float thresh = .5f;           // of IoU with a truth: above it, no prediction is background
  float coord_scale = 1, object_scale = 1, noobject_scale = 1, class_scale = 1;
  bool rescore = false;          // objectness learns the IoU, not 1
  bool bias_match = false;       // the best anchor by its own shape, not by the prediction's
  std::vector<int> parent;       // of a class tree, by class; -1: a root. Empty: none
  std::vector<int> group_sizes;  // of a class tree

  int slots() const { return static_cast<int>(anchors.size()) / 2; }
  Operands reads() const {
    return {exact_data("head", shape), exact_data("truth", TrueBox::shape(boxes)), shared("seen", {1, 1, 1})};
  }
  Operands writes() const { return {exact_data("gradient", shape), exact_data("parts", LossParts::shape())}; }
  bool agrees() const {
    return !anchors.empty() && anchors.size() % 2 == 0 && shape.c == std::int64_t{slots()} * (5 + classes);
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "region loss"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::output(0)}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
