// Darknet's loss of [yolo] (kernels/reference/losses/yolo_loss.cpp), in its order: later rules see what
// earlier ones left.
#include "kernels/cuda/losses/yolo_targets.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

struct YoloRule : YoloTargets<YoloRule, 4> {
  NIGHTJAR_DEVICE static CentredBox placed(const CentredBox& truth) { return truth; }
  // How much longer than its anchor a prediction's side is.
  NIGHTJAR_DEVICE double stretch(const Prediction& p, int entry) const {
    const double v = p.value(entry);
    return new_coords ? 4 * v * v : exp(v);
  }
  NIGHTJAR_DEVICE CentredBox box_of(const Prediction& p) const {
    const CentredBox a = anchor_of_slot(p);
    return {(p.column + p.value(0)) / shape.w, (p.row + p.value(1)) / shape.h, stretch(p, 2) * a.w,
            stretch(p, 3) * a.h};
  }

  NIGHTJAR_DEVICE void learn(Prediction& p, const Truths& truths) const {
    const int count = truths.count();
    compare_with_all(p, truths, count);
    train_on_all(p, truths, count);
    if (iou_thresh < 1 && p.objectness_delta != 0) share_box_by_classes(p);
    const double others = p.add_squares(classes);
    if (box != Box::squares) {
      p.add(LossParts::sum, obj_normalizer * others);
    } else {
      p.add(LossParts::sum, others + p.sum_of(LossParts::of_boxes));
    }
  }

  // Background, unless it lies well over some truth.
  NIGHTJAR_DEVICE void compare_with_all(Prediction& p, const Truths& truths, int count) const {
    const Best best = best_of(box_of(p), truths, count);
    double wanted = obj_normalizer * (0 - p.objectness());
    if (best.iou > ignore_thresh && has_a_class(p)) {
      const double smooth = obj_normalizer * (best.iou - p.objectness());
      wanted = objectness_smooth ? overlaps::greater(wanted, smooth) : 0;
    }
    p.objectness_delta = wanted;
    if (best.truth >= 0 && best.iou > truth_thresh) train_by_overlap(p, truths.at(best.truth), best.iou);
  }

  NIGHTJAR_DEVICE void train(Prediction& p, const Truth& truth) const {
    add_box_delta(p, truth);
    count_pair(p, truth);
    if (!objectness_smooth || p.objectness_delta == 0) want_objectness(p, 1, multiplier(truth.class_id));
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
    const CentredBox a = anchor_of_slot(p);
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
    for (int i = 0; i < 4; ++i) add_limited(p, i, slope.by[i] * scale);
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
};

struct YoloLoss : PredictionLoss<ops::YoloLoss, YoloRule, YoloLoss> {
  static constexpr const char* name = "yolo_loss";

  static int slots(const Op& op) { return YoloRule::slots_of(op); }
  static std::vector<float> tables(const Op& op) { return YoloRule::tables(op); }
  static YoloRule rule(const Op& op, const Call& call) {
    YoloRule r{};
    r.fill(op, call.packed_as<float>());
    return r;
  }
};

}  // namespace

const CudaKernel yolo_loss = cuda_kernel<YoloLoss>();

}  // namespace nightjar::cuda
