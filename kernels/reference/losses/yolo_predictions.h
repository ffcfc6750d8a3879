// What the losses of [yolo] and [Gaussian_yolo] share: multipliers by class, anchors, and which of
// them a truth trains.
#pragma once

#include <algorithm>

#include "kernels/ops/losses/yolo_loss.h"
#include "kernels/reference/losses/predictions.h"

namespace nightjar::reference {

class YoloPredictions : public Predictions {
 public:
  YoloPredictions(const ops::YoloLoss& yolo, const Tensor& head, int n, int coordinates = 4)
      : Predictions(head, n, static_cast<int>(yolo.mask.size()), yolo.classes, coordinates), yolo_(yolo) {}

  double multiplier(int class_id) const {
    return yolo_.multipliers.empty() ? 1 : yolo_.multipliers[static_cast<std::size_t>(class_id)];
  }
  // Sides of an anchor, relative to the network.
  CentredBox anchor(int number) const { return anchor_of(yolo_.anchors, number, yolo_.network); }
  CentredBox anchor_at(const Place& p) const { return anchor(yolo_.mask[static_cast<std::size_t>(p.slot)]); }

  // Whether it thinks of some class at all.
  bool has_a_class(const Place& p) const {
    for (int c = 0; c < yolo_.classes; ++c)
      if (probability(p, c) > .25) return true;
    return false;
  }
  void want_objectness(const Place& p, double target, double scale = 1) {
    objectness_delta(p) = scale * yolo_.obj_normalizer * (target - objectness(p));
  }

  // Of a prediction whose overlap with a truth is above truth_thresh.
  void train_by_overlap(const Place& p, const Truth& truth, double iou) {
    const double target = yolo_.objectness_smooth ? iou * iou : 1;
    want_objectness(p, target);
    add_class_delta(p, truth.class_id);
    if (yolo_.objectness_smooth)
      class_delta(p, truth.class_id) = multiplier(truth.class_id) * (target - probability(p, truth.class_id));
    add_box_delta(p, truth);
  }

  // Calls visit(slot) for the anchor of all whose shape is nearest, if it is this head's; with iou_thresh for
  // others that are near.
  template <class Visit>
  void each_trained_slot(const Truth& truth, Visit visit) const {
    const CentredBox shape{0, 0, truth.w, truth.h};
    const int best = nearest_anchor(yolo_.anchors, yolo_.network, truth).anchor;
    const auto visit_anchor = [&](int number) {
      const auto found = std::find(yolo_.mask.begin(), yolo_.mask.end(), number);
      if (found != yolo_.mask.end()) visit(static_cast<int>(found - yolo_.mask.begin()));
    };
    visit_anchor(best);
    if (!(yolo_.iou_thresh < 1)) return;
    for (int i = 0; i < static_cast<int>(yolo_.anchors.size()) / 2; ++i)
      if (i != best && overlap_of(anchor(i), shape, yolo_.shape_overlap) > yolo_.iou_thresh) visit_anchor(i);
  }

  void share_box_by_classes(const Place& p) {
    int wanted = 0;
    for (int c = 0; c < yolo_.classes; ++c) wanted += class_delta(p, c) > 0;
    for (int i = 0; i < coordinates(); ++i) delta(p, i) /= std::max(wanted, 1);
  }

 protected:
  ~YoloPredictions() = default;
  virtual void add_class_delta(const Place& p, int class_id) = 0;
  virtual void add_box_delta(const Place& p, const Truth& truth) = 0;

  const ops::YoloLoss& yolo_;
};

}  // namespace nightjar::reference
