// Darknet's loss of [yolo] (kernels/reference/losses/yolo_loss.cpp), in its order: later rules see what
// earlier ones left.
#include "kernels/cuda/losses/predictions.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/losses/yolo_loss.h"

namespace nightjar::cuda {
namespace {

using Box = ops::YoloLoss::Box;

struct YoloRule {
  Shape shape, network;
  Global<const float> anchors, mask, multipliers;  // multipliers: null: 1 each
  int anchor_count, slots, classes;
  bool pjreddie, new_coords, focal_loss, objectness_smooth;
  Box box;
  Overlap overlap, shape_overlap;
  double ignore_thresh, truth_thresh, iou_thresh;
  double iou_normalizer, obj_normalizer, cls_normalizer, label_smooth_eps, max_delta;

  NIGHTJAR_DEVICE double multiplier(int class_id) const {
    if (!multipliers) return 1;
    const float found = multipliers[class_id];
    return found;
  }
  NIGHTJAR_DEVICE int number_of(int slot) const { return static_cast<int>(mask[slot]); }
  NIGHTJAR_DEVICE CentredBox anchor(int number) const { return anchor_of(anchors, number, network); }
  // How much longer than its anchor a prediction's side is.
  NIGHTJAR_DEVICE double stretch(const Prediction& p, int entry) const {
    const double v = p.value(entry);
    return new_coords ? 4 * v * v : exp(v);
  }
  NIGHTJAR_DEVICE CentredBox box_of(const Prediction& p) const {
    const CentredBox a = anchor(number_of(p.slot));
    return {(p.column + p.value(0)) / shape.w, (p.row + p.value(1)) / shape.h, stretch(p, 2) * a.w,
            stretch(p, 3) * a.h};
  }

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

  NIGHTJAR_DEVICE void learn(Prediction& p, const Truths& truths) const {
    const int count = truths.count();
    compare_with_all(p, truths, count);
    for (int i = 0; i < count; ++i) {
      const Truth truth = truths.at(i);
      if (p.is_trained_on(truth)) train(p, truth);
    }
    if (iou_thresh < 1) share_box_by_classes(p);
    const double others = p.add_squares(classes);
    if (box != Box::squares) {
      p.add(LossParts::sum, obj_normalizer * others);
    } else {
      p.add(LossParts::sum, others + p.sum_of(LossParts::of_boxes));
    }
  }

  // Background, unless it lies well over some truth.
  NIGHTJAR_DEVICE void compare_with_all(Prediction& p, const Truths& truths, int count) const {
    const CentredBox own = box_of(p);
    int best = -1;
    double iou = 0;
    for (int i = 0; i < count; ++i) {
      const double found = iou_of(own, truths.at(i).box);
      if (found > iou) iou = found, best = i;
    }
    double wanted = obj_normalizer * (0 - p.objectness());
    if (iou > ignore_thresh && has_a_class(p)) {
      const double smooth = obj_normalizer * (iou - p.objectness());
      wanted = objectness_smooth ? overlaps::greater(wanted, smooth) : 0;
    }
    p.objectness_delta = wanted;
    if (best >= 0 && iou > truth_thresh) train_by_overlap(p, truths.at(best), iou);
  }
  // To AlexeyAB an overlap counts only where the prediction thinks of some class at all.
  NIGHTJAR_DEVICE bool has_a_class(const Prediction& p) const {
    if (pjreddie) return true;
    for (int c = 0; c < classes; ++c)
      if (p.probability(c) > .25) return true;
    return false;
  }

  NIGHTJAR_DEVICE void train_by_overlap(Prediction& p, const Truth& truth, double iou) const {
    const double target = objectness_smooth ? iou * iou : 1;
    p.objectness_delta = obj_normalizer * (target - p.objectness());
    add_class_delta(p, truth.class_id);
    if (objectness_smooth)
      p.want_class(truth.class_id, multiplier(truth.class_id) * (target - p.probability(truth.class_id)));
    add_box_delta(p, truth);
  }

  NIGHTJAR_DEVICE void train(Prediction& p, const Truth& truth) const {
    add_box_delta(p, truth);
    count_pair(p, truth);
    if (!objectness_smooth || p.objectness_delta == 0)
      p.objectness_delta = multiplier(truth.class_id) * obj_normalizer * (1 - p.objectness());
    add_class_delta(p, truth.class_id);
  }

  NIGHTJAR_DEVICE void count_pair(Prediction& p, const Truth& truth) const {
    const CentredBox own = box_of(p);
    const double iou = iou_of(own, truth.box);
    p.add_pair(iou, p.objectness(), p.probability(truth.class_id));
    if (box == Box::squares) return;
    const double met = box == Box::giou ? overlap_of(own, truth.box, Overlap::giou) : iou;
    p.add(LossParts::pair_sum, iou_normalizer * (1 - met));
  }

  NIGHTJAR_DEVICE void add_box_delta(Prediction& p, const Truth& truth) const {
    const double scale = pjreddie ? 1 : iou_normalizer * multiplier(truth.class_id);
    if (box != Box::squares) return add_overlap_delta(p, truth, scale);
    const CentredBox a = anchor(number_of(p.slot));
    const double wanted[] = {truth.box.x * shape.w - p.column, truth.box.y * shape.h - p.row,
                             side(truth.box.w / a.w), side(truth.box.h / a.h)};
    for (int i = 0; i < 4; ++i) {
      const double step = (2 - truth.box.w * truth.box.h) * (wanted[i] - p.value(i)) * scale;
      p.box_delta[i] = pjreddie ? step : p.box_delta[i] + step;
    }
  }
  // What a prediction says of a side that is so much longer than its anchor.
  NIGHTJAR_DEVICE double side(double ratio) const { return new_coords ? sqrt(ratio / 4) : log(ratio); }

  NIGHTJAR_DEVICE void add_overlap_delta(Prediction& p, const Truth& truth, double scale) const {
    BoxSlope slope = darknet_slope(box_of(p), truth.box, overlap);
    if (!new_coords) slope.by[2] *= stretch(p, 2), slope.by[3] *= stretch(p, 3);
    for (int i = 0; i < 4; ++i) {
      const double step = slope.by[i] * scale;
      const bool is_finite = step - step == 0;
      if (is_finite) p.box_delta[i] += step < -max_delta ? -max_delta : step > max_delta ? max_delta : step;
    }
  }

  // A second truth of a prediction only adds its own class to what the first wanted of all.
  NIGHTJAR_DEVICE void add_class_delta(Prediction& p, int class_id) const {
    const double smooth = label_smooth_eps, own = p.probability(class_id);
    if (p.class_delta(pjreddie ? 0 : class_id) != 0) {
      p.want_class(class_id, (1 - smooth + smooth / 2 - own) * multiplier(class_id));
      return;
    }
    const double q = own + 1e-15, focal = .5 * -(1 - q) * (2 * q * log(q) + q - 1);
    for (int c = 0; c < classes; ++c) {
      const double is_it = c == class_id;
      p.want_class(c, focal_loss ? (is_it - p.probability(c)) * focal
                                 : is_it * (1 - smooth) + smooth / 2 - p.probability(c));
    }
    if (!focal_loss && multipliers)
      p.want_class(class_id, p.class_delta(class_id) * multiplier(class_id) * cls_normalizer);
  }

  NIGHTJAR_DEVICE void share_box_by_classes(Prediction& p) const {
    if (p.objectness_delta == 0) return;
    int wanted = 0;
    for (int c = 0; c < classes; ++c) wanted += p.class_delta(c) > 0;
    for (int i = 0; i < 4; ++i) p.box_delta[i] /= wanted > 1 ? wanted : 1;
  }
};

struct YoloLoss : PredictionLoss<ops::YoloLoss, YoloRule, YoloLoss> {
  static constexpr const char* name = "yolo_loss";

  static int slots(const Op& op) { return static_cast<int>(op.mask.size()); }
  static std::vector<float> tables(const Op& op) {
    std::vector<float> all = op.anchors;
    all.insert(all.end(), op.mask.begin(), op.mask.end());
    all.insert(all.end(), op.multipliers.begin(), op.multipliers.end());
    return all;
  }
  static YoloRule rule(const Op& op, const Call& call) {
    const auto* tables = call.packed_as<float>();
    YoloRule r{};
    r.shape = op.shape, r.network = op.network;
    r.anchors = tables;
    r.mask = tables + op.anchors.size();
    if (!op.multipliers.empty()) r.multipliers = tables + op.anchors.size() + op.mask.size();
    r.anchor_count = static_cast<int>(op.anchors.size()) / 2, r.slots = slots(op), r.classes = op.classes;
    r.pjreddie = op.pjreddie, r.new_coords = op.new_coords;
    r.focal_loss = op.focal_loss, r.objectness_smooth = op.objectness_smooth;
    r.box = op.box, r.overlap = op.overlap(), r.shape_overlap = op.shape_overlap;
    r.ignore_thresh = op.ignore_thresh, r.truth_thresh = op.truth_thresh, r.iou_thresh = op.iou_thresh;
    r.iou_normalizer = op.iou_normalizer, r.obj_normalizer = op.obj_normalizer;
    r.cls_normalizer = op.cls_normalizer, r.label_smooth_eps = op.label_smooth_eps;
    r.max_delta = op.max_delta;
    return r;
  }
};

}  // namespace

const CudaKernel yolo_loss = cuda_kernel<YoloLoss>();

}  // namespace nightjar::cuda
