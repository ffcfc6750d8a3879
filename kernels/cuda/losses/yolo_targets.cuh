// What the losses of [yolo] and [Gaussian_yolo] share: multipliers by class, anchors, which of them a truth
// trains, and what a prediction learns by its overlap alone.
#pragma once

#include "kernels/cuda/losses/predictions.cuh"
#include "kernels/ops/losses/yolo_loss.h"

namespace nightjar::cuda {

// `Rule`, which derives from it, has
//   void add_class_delta(Prediction&, int class_id) const
//   void add_box_delta(Prediction&, const Truth&) const
template <class Rule, int coordinates_>
struct YoloTargets {
  static constexpr int coordinates = coordinates_;
  using Prediction = PredictionOf<coordinates>;
  using Box = ops::YoloLoss::Box;

  Shape shape, network;
  Global<const float> anchors, mask, multipliers;  // multipliers: null: 1 each
  int anchor_count, slots, classes;
  bool pjreddie, new_coords, focal_loss, objectness_smooth;
  Box box;
  Overlap overlap, shape_overlap;
  double ignore_thresh, truth_thresh, iou_thresh;
  double iou_normalizer, obj_normalizer, cls_normalizer, label_smooth_eps, max_delta;

  // With the tables as tables() packs them.
  void fill(const ops::YoloLoss& op, Global<const float> tables) {
    shape = op.shape, network = op.network;
    anchors = tables;
    mask = tables + static_cast<std::ptrdiff_t>(op.anchors.size());
    if (!op.multipliers.empty()) multipliers = mask + static_cast<std::ptrdiff_t>(op.mask.size());
    anchor_count = static_cast<int>(op.anchors.size()) / 2, slots = slots_of(op), classes = op.classes;
    pjreddie = op.pjreddie, new_coords = op.new_coords;
    focal_loss = op.focal_loss, objectness_smooth = op.objectness_smooth;
    box = op.box, overlap = op.overlap(), shape_overlap = op.shape_overlap;
    ignore_thresh = op.ignore_thresh, truth_thresh = op.truth_thresh, iou_thresh = op.iou_thresh;
    iou_normalizer = op.iou_normalizer, obj_normalizer = op.obj_normalizer;
    cls_normalizer = op.cls_normalizer, label_smooth_eps = op.label_smooth_eps;
    max_delta = op.max_delta;
  }
  static int slots_of(const ops::YoloLoss& op) { return static_cast<int>(op.mask.size()); }
  static std::vector<float> tables(const ops::YoloLoss& op) {
    std::vector<float> all = op.anchors;
    all.insert(all.end(), op.mask.begin(), op.mask.end());
    all.insert(all.end(), op.multipliers.begin(), op.multipliers.end());
    return all;
  }

  NIGHTJAR_DEVICE double multiplier(int class_id) const {
    if (!multipliers) return 1;
    const float found = multipliers[class_id];
    return found;
  }
  NIGHTJAR_DEVICE int number_of(int slot) const { return static_cast<int>(mask[slot]); }
  NIGHTJAR_DEVICE CentredBox anchor(int number) const { return anchor_of(anchors, number, network); }
  NIGHTJAR_DEVICE CentredBox anchor_of_slot(const Prediction& p) const { return anchor(number_of(p.slot)); }

  // The anchor of all whose shape is nearest, if it is this head's; with iou_thresh others that are near.
  NIGHTJAR_DEVICE std::uint32_t slots_of(const HeadView&, int, const Truth& truth) const {
    const CentredBox form{0, 0, truth.box.w, truth.box.h};
    const int best = nearest_anchor(anchors, anchor_count, network, truth.box).anchor;
    std::uint32_t found = slot_of(best);
    for (int i = 0; iou_thresh < 1 && i < anchor_count; ++i)
      if (i != best && overlap_of(anchor(i), form, shape_overlap) > iou_thresh) found |= slot_of(i);
    return found;
  }
  NIGHTJAR_DEVICE std::uint32_t slot_of(int number) const {
    for (int slot = 0; slot < slots; ++slot)
      if (number_of(slot) == number) return 1u << slot;
    return 0;
  }

  // The truth that a box overlaps most, of equals the first; -1: none.
  struct Best {
    int truth;
    double iou;
  };
  NIGHTJAR_DEVICE Best best_of(const CentredBox& own, const Truths& truths, int count) const {
    Best best{-1, 0};
    for (int i = 0; i < count; ++i) {
      const double found = iou_of(own, truths.at(i).box);
      if (found > best.iou) best = {i, found};
    }
    return best;
  }
  // To AlexeyAB an overlap counts only where the prediction thinks of some class at all.
  NIGHTJAR_DEVICE bool has_a_class(const Prediction& p) const {
    if (pjreddie) return true;
    for (int c = 0; c < classes; ++c)
      if (p.probability(c) > .25) return true;
    return false;
  }

  NIGHTJAR_DEVICE void want_objectness(Prediction& p, double target, double scale = 1) const {
    p.objectness_delta = scale * obj_normalizer * (target - p.objectness());
  }
  // Of a prediction whose overlap with a truth is above truth_thresh.
  NIGHTJAR_DEVICE void train_by_overlap(Prediction& p, const Truth& truth, double iou) const {
    const double target = objectness_smooth ? iou * iou : 1;
    want_objectness(p, target);
    rule().add_class_delta(p, truth.class_id);
    if (objectness_smooth)
      p.want_class(truth.class_id, multiplier(truth.class_id) * (target - p.probability(truth.class_id)));
    rule().add_box_delta(p, truth);
  }

  NIGHTJAR_DEVICE void train_on_all(Prediction& p, const Truths& truths, int count) const {
    for (int i = 0; i < count; ++i) {
      const Truth truth = truths.at(i);
      if (p.is_trained_on(truth)) rule().train(p, truth);
    }
  }
  // Each coordinate's steps are finite and not longer than max_delta.
  NIGHTJAR_DEVICE void add_limited(Prediction& p, int entry, double step) const {
    const bool is_finite = step - step == 0;
    if (is_finite) p.box_delta[entry] += step < -max_delta ? -max_delta : step > max_delta ? max_delta : step;
  }
  NIGHTJAR_DEVICE void share_box_by_classes(Prediction& p) const {
    int wanted = 0;
    for (int c = 0; c < classes; ++c) wanted += p.class_delta(c) > 0;
    for (int i = 0; i < coordinates; ++i) p.box_delta[i] /= wanted > 1 ? wanted : 1;
  }

 private:
  NIGHTJAR_DEVICE const Rule& rule() const { return static_cast<const Rule&>(*this); }
};

}  // namespace nightjar::cuda
