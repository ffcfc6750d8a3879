#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/losses/truth.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// The loss of YOLOv3's reimplementations, loss=giou_focal in [yolo] (docs/darknet-format.md section 12.2), of
// what the head reads: GIoU of boxes by (2 - area of the truth), focal binary cross entropy of objectness,
// binary cross entropy of classes; each truth trains the one anchor of all whose shape is nearest.
struct GiouFocalLoss {
  Shape shape, network;
  int classes = 0, boxes = 90;  // `boxes`: at most so many truths of a picture are read
  std::vector<float> anchors;   // all of the cfg, w and h in the network's pixels
  std::vector<int> mask;        // those of this head
  float ignore_thresh = .5f;    // of IoU with a truth: from it on, a prediction is not background

  Operands reads() const { return {exact_data("raw", shape), exact_data("truth", TrueBox::shape(boxes))}; }
  Operands writes() const { return {exact_data("gradient", shape), exact_data("parts", LossParts::shape())}; }
  bool agrees() const {
    return !mask.empty() && anchors.size() % 2 == 0 &&
           shape.c == static_cast<std::int64_t>(mask.size()) * (5 + classes);
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "giou focal loss"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::output(0)}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
