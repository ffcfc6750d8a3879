#pragma once

#include "kernels/ops/losses/yolo_loss.h"

namespace nightjar::ops {

// The loss of [Gaussian_yolo] as AlexeyAB's Darknet has it (docs/darknet-format.md section 12.2), of what
// GaussianHead writes: coordinates are means and deviations, and with Box::squares learn by how probable the
// truth is to them [Choi et al. 2019].
struct GaussianYoloLoss {
  enum class Point : std::uint8_t { center, left_top, right_bottom };

  YoloLoss yolo;                // what the two share; no focal_loss, new_coords, pjreddie
  Point point = Point::center;  // yolo_point: which one of the box x, y are
  float uc_normalizer = 1;      // of the deviations' gradients

  Operands reads() const { return yolo.reads(); }
  Operands writes() const { return yolo.writes(); }
  bool agrees() const {
    return !yolo.mask.empty() && yolo.anchors.size() % 2 == 0 &&
           yolo.shape.c == static_cast<std::int64_t>(yolo.mask.size()) * (9 + yolo.classes);
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gaussian yolo loss"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return yolo.gradient(); }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
