// Darknet's loss of [yolo], in its order: later rules see what earlier ones left. A delta is minus a
// gradient.
#include "kernels/ops/losses/yolo_loss.h"

#include <algorithm>
#include <cmath>

#include "kernels/ops/losses/assignment.h"
#include "kernels/reference/losses/yolo_predictions.h"

namespace nightjar {
namespace {

using Op = ops::YoloLoss;
using reference::Best;
using reference::Place;
using reference::Truth;

class ImageLoss final : reference::YoloPredictions {
 public:
  using YoloPredictions::YoloPredictions;

  void compute(const std::vector<Truth>& truths, const Tensor& gradient, const Tensor& parts) {
    each_place([&](const Place& p) { compare_with_all(p, truths); });
    for (const Truth& truth : truths) each_trained(truth, [&](const Place& p) { train(p, truth); });
    if (yolo_.iou_thresh < 1) each_place([&](const Place& p) { share_box(p); });
    store(gradient);
    const Squares squares = add_squares();
    const bool is_squares = yolo_.box == Op::Box::squares;
    add(LossParts::sum, is_squares ? squares.boxes + squares.others : yolo_.obj_normalizer * squares.others);
    store_parts(parts);
  }

  Assignment assign(const std::vector<Truth>& truths) const {
    Assignment all({static_cast<int>(yolo_.mask.size()), yolo_.shape.h, yolo_.shape.w});
    each_place([&](const Place& p) {
      const Best best = best_of(box_of(p), truths);
      int& target = all.at(p.slot, p.y, p.x);
      if (is_ignored(p, best.iou)) target = Assignment::ignored;
      if (best.truth && best.iou > yolo_.truth_thresh) target = static_cast<int>(best.truth - truths.data());
    });
    for (const Truth& truth : truths)
      each_trained(truth, [&](const Place& p) {
        all.at(p.slot, p.y, p.x) = static_cast<int>(&truth - truths.data());
      });
    return all;
  }

 private:
  // How much longer than its anchor a prediction's side is.
  double stretch(const Place& p, int entry) const {
    const double v = value(p, entry);
    return yolo_.new_coords ? 4 * v * v : std::exp(v);
  }
  CentredBox box_of(const Place& p) const {
    const CentredBox a = anchor_at(p);
    return {(p.x + value(p, 0)) / yolo_.shape.w, (p.y + value(p, 1)) / yolo_.shape.h, stretch(p, 2) * a.w,
            stretch(p, 3) * a.h};
  }

  // An overlap with a truth counts to AlexeyAB only where the prediction thinks of some class at all.
  bool is_ignored(const Place& p, double iou) const {
    return iou > yolo_.ignore_thresh && (yolo_.pjreddie || has_a_class(p));
  }

  // Background, unless it lies well over some truth.
  void compare_with_all(const Place& p, const std::vector<Truth>& truths) {
    const auto [truth, iou] = best_of(box_of(p), truths);
    double wanted = yolo_.obj_normalizer * (0 - objectness(p));
    if (is_ignored(p, iou))
      wanted = yolo_.objectness_smooth ? std::max(wanted, yolo_.obj_normalizer * (iou - objectness(p))) : 0;
    objectness_delta(p) = wanted;
    if (truth && iou > yolo_.truth_thresh) train_by_overlap(p, *truth, iou);
  }

  template <class Visit>
  void each_trained(const Truth& truth, Visit visit) const {
    each_trained_slot(truth, [&](int slot) { visit(place_of(truth, slot)); });
  }

  void train(const Place& p, const Truth& truth) {
    add_box_delta(p, truth);
    count_pair(p, truth);
    if (!yolo_.objectness_smooth || objectness_delta(p) == 0)
      want_objectness(p, 1, multiplier(truth.class_id));
    add_class_delta(p, truth.class_id);
  }

  void count_pair(const Place& p, const Truth& truth) {
    const CentredBox box = box_of(p);
    const double iou = iou_of(box, truth);
    add_pair(iou, objectness(p), probability(p, truth.class_id));
    if (yolo_.box == Op::Box::squares) return;
    const double met = yolo_.box == Op::Box::giou ? overlap_of(box, truth, Overlap::giou) : iou;
    add(LossParts::pair_sum, yolo_.iou_normalizer * (1 - met));
  }

  void add_box_delta(const Place& p, const Truth& truth) override {
    const double scale = yolo_.pjreddie ? 1 : yolo_.iou_normalizer * multiplier(truth.class_id);
    if (yolo_.box != Op::Box::squares) return add_overlap_delta(p, truth, scale);
    const CentredBox a = anchor_at(p);
    const auto side = [&](double ratio) { return yolo_.new_coords ? std::sqrt(ratio / 4) : std::log(ratio); };
    const double wanted[] = {truth.x * yolo_.shape.w - p.x, truth.y * yolo_.shape.h - p.y,
                             side(truth.w / a.w), side(truth.h / a.h)};
    for (int i = 0; i < 4; ++i) {
      const double step = (2 - truth.w * truth.h) * (wanted[i] - value(p, i)) * scale;
      delta(p, i) = yolo_.pjreddie ? step : delta(p, i) + step;
    }
  }

  void add_overlap_delta(const Place& p, const Truth& truth, double scale) {
    BoxSlope slope = darknet_slope(box_of(p), truth, yolo_.overlap());
    if (!yolo_.new_coords) slope.by[2] *= stretch(p, 2), slope.by[3] *= stretch(p, 3);
    for (int i = 0; i < 4; ++i) {
      const double step = slope.by[i] * scale, most = yolo_.max_delta;
      if (std::isfinite(step)) delta(p, i) += std::clamp(step, -most, most);
    }
  }

  // A second truth of a prediction only adds its own class to what the first wanted of all.
  void add_class_delta(const Place& p, int class_id) override {
    const double smooth = yolo_.label_smooth_eps, own = probability(p, class_id);
    if (class_delta(p, yolo_.pjreddie ? 0 : class_id) != 0) {
      class_delta(p, class_id) = (1 - smooth + smooth / 2 - own) * multiplier(class_id);
      return;
    }
    const double q = own + 1e-15, focal = .5 * -(1 - q) * (2 * q * std::log(q) + q - 1);
    for (int c = 0; c < yolo_.classes; ++c) {
      const double is_it = c == class_id;
      class_delta(p, c) = yolo_.focal_loss ? (is_it - probability(p, c)) * focal
                                           : is_it * (1 - smooth) + smooth / 2 - probability(p, c);
    }
    if (!yolo_.focal_loss && !yolo_.multipliers.empty())
      class_delta(p, class_id) *= multiplier(class_id) * yolo_.cls_normalizer;
  }

  void share_box(const Place& p) {
    if (objectness_delta(p) != 0) share_box_by_classes(p);
  }
};

}  // namespace

void ops::YoloLoss::define(Inputs ins, Outputs outs) const {
  for (int n = 0; n < ins[0].batch; ++n)
    ImageLoss(*this, ins[0], n).compute(reference::truths_of(ins[1], n, classes), outs[0], outs[1]);
}

Assignment assign(const ops::YoloLoss& loss, const Tensor& head, const Tensor& truth, int n) {
  return ImageLoss(loss, head, n).assign(reference::truths_of(truth, n, loss.classes));
}

}  // namespace nightjar
