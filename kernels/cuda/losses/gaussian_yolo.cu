// AlexeyAB's loss of [Gaussian_yolo] (kernels/reference/losses/gaussian_yolo_loss.cpp), in its order: later
// rules see what earlier ones left. Coordinates are means and deviations, by turns.
#include "kernels/ops/losses/gaussian_yolo_loss.h"

#include "kernels/cuda/losses/yolo_targets.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

struct GaussianRule : YoloTargets<GaussianRule, 8> {
  double to_centre, uc_normalizer;  // from the point that x, y are to the centre, in sides

  NIGHTJAR_DEVICE CentredBox box_of(const Prediction& p) const {
    const CentredBox a = anchor_of_slot(p);
    const double w = exp(p.value(4)) * a.w, h = exp(p.value(6)) * a.h;
    return {(p.column + p.value(0)) / shape.w + to_centre * w, (p.row + p.value(2)) / shape.h + to_centre * h,
            w, h};
  }

  // A truth trains the cell of the point that predictions have as x, y.
  NIGHTJAR_DEVICE CentredBox placed(const CentredBox& truth) const {
    return {truth.x - to_centre * truth.w, truth.y - to_centre * truth.h, truth.w, truth.h};
  }

  NIGHTJAR_DEVICE void learn(Prediction& p, const Truths& truths) const {
    const int count = truths.count();
    compare_with_all(p, truths, count);
    train_on_all(p, truths, count);
    share_box_by_classes(p);
    const double others = p.add_squares(classes);
    p.add(LossParts::sum, others + p.sum_of(LossParts::of_boxes));
  }

  // Background, unless it lies well over some truth.
  NIGHTJAR_DEVICE void compare_with_all(Prediction& p, const Truths& truths, int count) const {
    const Best best = best_of(box_of(p), truths, count);
    want_objectness(p, 0);
    if (best.truth < 0) return;
    const Truth truth = truths.at(best.truth);
    if (best.iou > ignore_thresh && has_a_class(p)) {
      p.objectness_delta = 0;
      if (objectness_smooth) want_objectness(p, best.iou * best.iou), add_class_delta(p, truth.class_id);
    }
    if (best.iou > truth_thresh) train_by_overlap(p, truth, best.iou);
  }

  NIGHTJAR_DEVICE void train(Prediction& p, const Truth& truth) const {
    add_box_delta(p, truth);
    p.add_pair(iou_of(box_of(p), truth.box), p.objectness(), p.probability(truth.class_id));
    want_objectness(p, 1, multiplier(truth.class_id));
    add_class_delta(p, truth.class_id);
  }

  // The deviations learn by the normal distribution, whatever the means learn by.
  NIGHTJAR_DEVICE void add_box_delta(Prediction& p, const Truth& truth) const {
    const CentredBox a = anchor_of_slot(p), b = placed(truth.box);
    const double wanted[] = {b.x * shape.w - p.column, b.y * shape.h - p.row, log(b.w / a.w), log(b.h / a.h)};
    const double scale = 2 - b.w * b.h, of_means = iou_normalizer * multiplier(truth.class_id);
    const BoxSlope slope = overlap_slope(p, truth);
    for (int i = 0; i < 4; ++i) {
      const NormalDeltas deltas = normal_deltas(wanted[i], p.value(2 * i), p.value(2 * i + 1));
      add_limited(p, 2 * i, of_means * (box == Box::squares ? scale * deltas.mean : slope.by[i]));
      add_limited(p, 2 * i + 1, uc_normalizer * scale * deltas.deviation);
    }
  }
  NIGHTJAR_DEVICE BoxSlope overlap_slope(const Prediction& p, const Truth& truth) const {
    BoxSlope slope = darknet_slope(box_of(p), truth.box, overlap);
    slope.by[0] -= to_centre * slope.by[2], slope.by[1] -= to_centre * slope.by[3];
    slope.by[2] *= exp(p.value(4)), slope.by[3] *= exp(p.value(6));
    return slope;
  }

  // A second truth of a prediction, told by class 0, only adds its own class to what the first wanted.
  NIGHTJAR_DEVICE void add_class_delta(Prediction& p, int class_id) const {
    if (p.class_delta(0) != 0) {
      p.want_class(class_id, wanted_of(p, class_id, class_id) * multiplier(class_id));
      return;
    }
    for (int c = 0; c < classes; ++c) p.want_class(c, wanted_of(p, c, class_id));
    if (multipliers) p.want_class(class_id, p.class_delta(class_id) * multiplier(class_id) * cls_normalizer);
  }
  NIGHTJAR_DEVICE double wanted_of(const Prediction& p, int c, int class_id) const {
    return (c == class_id) * (1 - label_smooth_eps) + label_smooth_eps / 2 - p.probability(c);
  }
};

struct GaussianYoloLoss : PredictionLoss<ops::GaussianYoloLoss, GaussianRule, GaussianYoloLoss> {
  static constexpr const char* name = "gaussian_yolo_loss";

  static const ops::YoloLoss& head_of(const Op& op) { return op.yolo; }
  static int slots(const Op& op) { return GaussianRule::slots_of(op.yolo); }
  static std::vector<float> tables(const Op& op) { return GaussianRule::tables(op.yolo); }
  static GaussianRule rule(const Op& op, const Call& call) {
    GaussianRule r{};
    r.fill(op.yolo, call.packed_as<float>());
    r.to_centre = op.to_centre(), r.uc_normalizer = op.uc_normalizer;
    return r;
  }
};

}  // namespace

const CudaKernel gaussian_yolo_loss = cuda_kernel<GaussianYoloLoss>();

}  // namespace nightjar::cuda
