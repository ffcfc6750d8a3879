#pragma once

#include <limits>

#include "kernels/ops/copy.h"
#include "kernels/ops/losses/overlap.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/losses/truth.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// The loss of [yolo] as Darknet has it (docs/darknet-format.md section 12.2): of what YoloHead writes, the
// gradient by what it read, and the parts of the loss. Anchors are in the network's pixels.
struct YoloLoss {
  enum class Box : std::uint8_t { squares, iou, giou, diou, ciou };
  static constexpr float never = std::numeric_limits<float>::infinity();

  Shape shape, network;
  int classes = 0, boxes = 90;           // `boxes`: at most so many truths of a picture are read
  std::vector<float> anchors;            // all of the cfg, w and h
  std::vector<int> mask;                 // those of this head
  bool pjreddie = false;                 // the rules of his Darknet where the two differ
  bool new_coords = false;               // sides are squares, not exponentials
  Box box = Box::squares;                // iou_loss
  float ignore_thresh = .5f;             // of IoU with a truth: above it, no prediction is background
  float truth_thresh = 1;                // above it, a prediction is trained on that truth
  float iou_thresh = 1;                  // of shapes: above it, other anchors are trained on a truth too
  Overlap shape_overlap = Overlap::iou;  // iou_thresh_kind
  float iou_normalizer = 1, obj_normalizer = 1, cls_normalizer = 1;
  float label_smooth_eps = 0, max_delta = never;
  bool focal_loss = false, objectness_smooth = false;
  std::vector<float> multipliers;  // by class, of what it adds to gradients; none: 1, and no cls_normalizer

  // What boxes learn, where that is no square.
  Overlap overlap() const {
    switch (box) {
      case Box::giou:
        return Overlap::giou;
      case Box::diou:
        return Overlap::diou;
      case Box::ciou:
        return Overlap::ciou;
      case Box::squares:
      case Box::iou:
        break;
    }
    return Overlap::iou;
  }
  Operands reads() const { return {exact_data("head", shape), exact_data("truth", TrueBox::shape(boxes))}; }
  Operands writes() const { return {exact_data("gradient", shape), exact_data("parts", LossParts::shape())}; }
  bool agrees() const {
    return !mask.empty() && anchors.size() % 2 == 0 &&
           shape.c == static_cast<std::int64_t>(mask.size()) * (5 + classes) &&
           (multipliers.empty() || multipliers.size() == static_cast<std::size_t>(classes));
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "yolo loss"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::output(0)}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
