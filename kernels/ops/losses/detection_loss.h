#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/draw.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/losses/truth.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// The loss of [detection] as Darknet has it (docs/darknet-format.md section 12.2): of a vector with the
// classes of each cell, the confidences of each cell's slots, and their boxes x, y, w, h.
struct DetectionLoss {
  static constexpr int wandering = 64000;  // pictures in which a slot is drawn, with `random`

  Shape shape;
  int classes = 1, slots = 1, side = 7;
  int boxes = 90;            // at most so many truths of a picture are read
  bool square_root = false;  // sides are roots
  bool rescore = false;      // confidence learns the IoU, not 1
  bool forced = false;       // a small truth trains the second slot, others the first
  bool random = false;       // at first any slot is as good as another
  int who = 0;               // that draws: the layer
  float coord_scale = 1, object_scale = 1, noobject_scale = 1, class_scale = 1;

  int cells() const { return side * side; }
  Operands reads() const {
    return {exact_data("values", shape), exact_data("truth", TrueBox::shape(boxes)),
            shared("seen", {1, 1, 1}), shared(DrawKey::operand, DrawKey::shape())};
  }
  Operands writes() const { return {exact_data("gradient", shape), exact_data("parts", LossParts::shape())}; }
  bool agrees() const { return shape.size() == std::int64_t{cells()} * (5 * slots + classes); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "detection loss"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::output(0)}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
