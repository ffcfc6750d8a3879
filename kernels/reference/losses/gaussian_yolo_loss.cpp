// AlexeyAB's loss of [Gaussian_yolo], in its order: later rules see what earlier ones left. A delta is minus
// a gradient.
#include "kernels/ops/losses/gaussian_yolo_loss.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/losses/yolo_predictions.h"

namespace nightjar {
namespace {

using Op = ops::GaussianYoloLoss;
using Box = ops::YoloLoss::Box;
using reference::Place;
using reference::Truth;

class ImageLoss final : reference::YoloPredictions {
 public:
  ImageLoss(const Op& op, const Tensor& head, int n) : YoloPredictions(op.yolo, head, n, 8), op_(op) {}

  void compute(const std::vector<Truth>& truths, const Tensor& gradient, const Tensor& parts) {
    each_place([&](const Place& p) { compare_with_all(p, truths); });
    for (const Truth& truth : truths)
      each_trained_slot(truth, [&](int slot) { train(place_of(point_of(truth), slot), truth); });
    each_place([&](const Place& p) { share_box_by_classes(p); });
    store(gradient);
    const Squares squares = add_squares();
    add(LossParts::sum, squares.boxes + squares.others);
    store_parts(parts);
  }

 private:
  CentredBox box_of(const Place& p) const {
    const CentredBox a = anchor_at(p);
    const double w = std::exp(value(p, 4)) * a.w, h = std::exp(value(p, 6)) * a.h;
    return {(p.x + value(p, 0)) / yolo_.shape.w + op_.to_centre() * w,
            (p.y + value(p, 2)) / yolo_.shape.h + op_.to_centre() * h, w, h};
  }
  // The point of a truth that predictions have as x, y.
  Truth point_of(Truth truth) const {
    truth.x -= op_.to_centre() * truth.w, truth.y -= op_.to_centre() * truth.h;
    return truth;
  }

  // Background, unless it lies well over some truth.
  void compare_with_all(const Place& p, const std::vector<Truth>& truths) {
    const auto [truth, iou] = best_of(box_of(p), truths);
    want_objectness(p, 0);
    if (!truth) return;
    if (iou > yolo_.ignore_thresh && has_a_class(p)) {
      objectness_delta(p) = 0;
      if (yolo_.objectness_smooth) want_objectness(p, iou * iou), add_class_delta(p, truth->class_id);
    }
    if (iou > yolo_.truth_thresh) train_by_overlap(p, *truth, iou);
  }

  void train(const Place& p, const Truth& truth) {
    add_box_delta(p, truth);
    add_pair(iou_of(box_of(p), truth), objectness(p), probability(p, truth.class_id));
    want_objectness(p, 1, multiplier(truth.class_id));
    add_class_delta(p, truth.class_id);
  }

  void add_delta(const Place& p, int entry, double step) {
    const double most = yolo_.max_delta;
    if (std::isfinite(step)) delta(p, entry) += std::clamp(step, -most, most);
  }

  // The deviations learn by the normal distribution, whatever the means learn by.
  void add_box_delta(const Place& p, const Truth& truth) override {
    const CentredBox a = anchor_at(p);
    const Truth point = point_of(truth);
    const double wanted[] = {point.x * yolo_.shape.w - p.x, point.y * yolo_.shape.h - p.y,
                             std::log(truth.w / a.w), std::log(truth.h / a.h)};
    const double scale = 2 - truth.w * truth.h;
    const double of_means = yolo_.iou_normalizer * multiplier(truth.class_id);
    const BoxSlope slope = overlap_slope(p, truth);
    for (int i = 0; i < 4; ++i) {
      const NormalDeltas deltas = normal_deltas(wanted[i], value(p, 2 * i), value(p, 2 * i + 1));
      const bool squares = yolo_.box == Box::squares;
      add_delta(p, 2 * i, of_means * (squares ? scale * deltas.mean : slope.by[i]));
      add_delta(p, 2 * i + 1, op_.uc_normalizer * scale * deltas.deviation);
    }
  }

  BoxSlope overlap_slope(const Place& p, const Truth& truth) const {
    BoxSlope slope = darknet_slope(box_of(p), truth, yolo_.overlap());
    slope.by[0] -= op_.to_centre() * slope.by[2], slope.by[1] -= op_.to_centre() * slope.by[3];
    slope.by[2] *= std::exp(value(p, 4)), slope.by[3] *= std::exp(value(p, 6));
    return slope;
  }

  // A second truth of a prediction, told by class 0, only adds its own class to what the first wanted.
  void add_class_delta(const Place& p, int class_id) override {
    const double smooth = yolo_.label_smooth_eps;
    const auto wanted = [&](int c) {
      return (c == class_id) * (1 - smooth) + smooth / 2 - probability(p, c);
    };
    if (class_delta(p, 0) != 0) {
      class_delta(p, class_id) = wanted(class_id) * multiplier(class_id);
      return;
    }
    for (int c = 0; c < yolo_.classes; ++c) class_delta(p, c) = wanted(c);
    if (!yolo_.multipliers.empty()) class_delta(p, class_id) *= multiplier(class_id) * yolo_.cls_normalizer;
  }

  const Op& op_;
};

}  // namespace

void ops::GaussianYoloLoss::define(Inputs ins, Outputs outs) const {
  for (int n = 0; n < ins[0].batch; ++n)
    ImageLoss(*this, ins[0], n).compute(reference::truths_of(ins[1], n, yolo.classes), outs[0], outs[1]);
}

}  // namespace nightjar
