#pragma once

#include <cmath>

#include "kernels/ops/losses/yolo_loss.h"

namespace nightjar {

// What a mean and a deviation are to learn: minus the gradients of -ln(p + 1e-9) / 2, where p is how probable
// the wanted value is, with .3 more in its height's deviation.
struct NormalDeltas {
  double mean, deviation;
};
NIGHTJAR_FORMULA NormalDeltas normal_deltas(double wanted, double mean, double deviation) {
  constexpr double floor = 1e-9, wider = .3, pi = 3.14159265358979323846;
  const double far = (wanted - mean) / deviation;
  const double p = std::exp(-far * far / 2) / (std::sqrt(2 * pi) * (deviation + wider));
  const double share = p / (p + floor) / 2;
  return {share * far / deviation, share * (far * far / deviation - 1 / (deviation + wider))};
}

namespace ops {

// The loss of [Gaussian_yolo] as AlexeyAB's Darknet has it (docs/darknet-format.md section 12.2), of what
// GaussianHead writes: coordinates are means and deviations, and with Box::squares learn by how probable the
// truth is to them [Choi et al. 2019].
struct GaussianYoloLoss {
  enum class Point : std::uint8_t { center, left_top, right_bottom };

  YoloLoss yolo;                // what the two share; no focal_loss, new_coords, pjreddie
  Point point = Point::center;  // yolo_point: which one of the box x, y are
  float uc_normalizer = 1;      // of the deviations' gradients

  // From the point that x, y are to the centre, in sides.
  double to_centre() const {
    if (point == Point::center) return 0;
    return point == Point::left_top ? .5 : -.5;
  }
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

}  // namespace ops
}  // namespace nightjar
