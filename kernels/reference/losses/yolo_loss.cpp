// Darknet's loss of [yolo], in its order: later rules see what earlier ones left. A delta is minus a
// gradient.
#include "kernels/ops/losses/yolo_loss.h"

#include <algorithm>
#include <cmath>

#include "kernels/ops/losses/assignment.h"
#include "kernels/reference/losses/predictions.h"

namespace nightjar {
namespace {

using Op = ops::YoloLoss;
using reference::Place;
using reference::Truth;

class ImageLoss : reference::Predictions {
 public:
  ImageLoss(const Op& op, const Tensor& head, int n)
      : Predictions(head, n, static_cast<int>(op.mask.size()), op.classes), op_(op) {}

  void compute(const std::vector<Truth>& truths, const Tensor& gradient, const Tensor& parts) {
    each_place([&](const Place& p) { compare_with_all(p, truths); });
    for (const Truth& truth : truths) each_trained(truth, [&](const Place& p) { train(p, truth); });
    if (op_.iou_thresh < 1) each_place([&](const Place& p) { share_box_by_classes(p); });
    store(gradient);
    const Squares squares = add_squares();
    const bool is_squares = op_.box == Op::Box::squares;
    add(LossParts::sum, is_squares ? squares.boxes + squares.others : op_.obj_normalizer * squares.others);
    store_parts(parts);
  }

  Assignment assign(const std::vector<Truth>& truths) const {
    Assignment all({static_cast<int>(op_.mask.size()), op_.shape.h, op_.shape.w});
    each_place([&](const Place& p) {
      const Best best = best_of(p, truths);
      int& target = all.at(p.slot, p.y, p.x);
      if (is_ignored(p, best.iou)) target = Assignment::ignored;
      if (best.truth && best.iou > op_.truth_thresh) target = static_cast<int>(best.truth - truths.data());
    });
    for (const Truth& truth : truths)
      each_trained(truth, [&](const Place& p) {
        all.at(p.slot, p.y, p.x) = static_cast<int>(&truth - truths.data());
      });
    return all;
  }

 private:
  double multiplier(int class_id) const {
    return op_.multipliers.empty() ? 1 : op_.multipliers[static_cast<std::size_t>(class_id)];
  }

  // Sides of an anchor, relative to the network.
  CentredBox anchor(int number) const { return anchor_of(op_.anchors, number, op_.network); }
  // How much longer than its anchor a prediction's side is.
  double stretch(const Place& p, int entry) const {
    const double v = value(p, entry);
    return op_.new_coords ? 4 * v * v : std::exp(v);
  }
  CentredBox box_of(const Place& p) const {
    const CentredBox a = anchor(op_.mask[static_cast<std::size_t>(p.slot)]);
    return {(p.x + value(p, 0)) / op_.shape.w, (p.y + value(p, 1)) / op_.shape.h, stretch(p, 2) * a.w,
            stretch(p, 3) * a.h};
  }

  // Whether its best overlap with a truth counts: to AlexeyAB only where it thinks of some class at all.
  bool has_a_class(const Place& p) const {
    if (op_.pjreddie) return true;
    for (int c = 0; c < op_.classes; ++c)
      if (probability(p, c) > .25) return true;
    return false;
  }

  // The truth that a prediction's box overlaps most, if any.
  struct Best {
    const Truth* truth = nullptr;
    double iou = 0;
  };
  Best best_of(const Place& p, const std::vector<Truth>& truths) const {
    const CentredBox box = box_of(p);
    Best best;
    for (const Truth& truth : truths) {
      const double found = iou_of(box, truth);
      if (found > best.iou) best = {&truth, found};
    }
    return best;
  }
  bool is_ignored(const Place& p, double iou) const { return iou > op_.ignore_thresh && has_a_class(p); }

  // Background, unless it lies well over some truth.
  void compare_with_all(const Place& p, const std::vector<Truth>& truths) {
    const auto [truth, iou] = best_of(p, truths);
    double wanted = op_.obj_normalizer * (0 - objectness(p));
    if (is_ignored(p, iou))
      wanted = op_.objectness_smooth ? std::max(wanted, op_.obj_normalizer * (iou - objectness(p))) : 0;
    objectness_delta(p) = wanted;
    if (truth && iou > op_.truth_thresh) train_by_overlap(p, *truth, iou);
  }

  void train_by_overlap(const Place& p, const Truth& truth, double iou) {
    const double target = op_.objectness_smooth ? iou * iou : 1;
    objectness_delta(p) = op_.obj_normalizer * (target - objectness(p));
    add_class_delta(p, truth.class_id);
    if (op_.objectness_smooth)
      class_delta(p, truth.class_id) = multiplier(truth.class_id) * (target - probability(p, truth.class_id));
    add_box_delta(p, truth);
  }

  // The anchor of all whose shape is nearest, if it is this head's; with iou_thresh others that are near.
  template <class Visit>
  void each_trained(const Truth& truth, Visit visit) const {
    const CentredBox shape{0, 0, truth.w, truth.h};
    const int best = nearest_anchor(op_.anchors, op_.network, truth).anchor;
    const auto visit_anchor = [&](int number) {
      const auto found = std::find(op_.mask.begin(), op_.mask.end(), number);
      if (found != op_.mask.end()) visit(place_of(truth, static_cast<int>(found - op_.mask.begin())));
    };
    visit_anchor(best);
    if (!(op_.iou_thresh < 1)) return;
    for (int i = 0; i < static_cast<int>(op_.anchors.size()) / 2; ++i)
      if (i != best && overlap_of(anchor(i), shape, op_.shape_overlap) > op_.iou_thresh) visit_anchor(i);
  }

  void train(const Place& p, const Truth& truth) {
    add_box_delta(p, truth);
    count_pair(p, truth);
    if (!op_.objectness_smooth || objectness_delta(p) == 0)
      objectness_delta(p) = multiplier(truth.class_id) * op_.obj_normalizer * (1 - objectness(p));
    add_class_delta(p, truth.class_id);
  }

  void count_pair(const Place& p, const Truth& truth) {
    const CentredBox box = box_of(p);
    const double iou = iou_of(box, truth);
    add_pair(iou, objectness(p), probability(p, truth.class_id));
    if (op_.box == Op::Box::squares) return;
    const double met = op_.box == Op::Box::giou ? overlap_of(box, truth, Overlap::giou) : iou;
    add(LossParts::pair_sum, op_.iou_normalizer * (1 - met));
  }

  void add_box_delta(const Place& p, const Truth& truth) {
    const double scale = op_.pjreddie ? 1 : op_.iou_normalizer * multiplier(truth.class_id);
    if (op_.box != Op::Box::squares) return add_overlap_delta(p, truth, scale);
    const CentredBox a = anchor(op_.mask[static_cast<std::size_t>(p.slot)]);
    const auto side = [&](double ratio) { return op_.new_coords ? std::sqrt(ratio / 4) : std::log(ratio); };
    const double wanted[] = {truth.x * op_.shape.w - p.x, truth.y * op_.shape.h - p.y, side(truth.w / a.w),
                             side(truth.h / a.h)};
    for (int i = 0; i < 4; ++i) {
      const double step = (2 - truth.w * truth.h) * (wanted[i] - value(p, i)) * scale;
      delta(p, i) = op_.pjreddie ? step : delta(p, i) + step;
    }
  }

  void add_overlap_delta(const Place& p, const Truth& truth, double scale) {
    BoxSlope slope = darknet_slope(box_of(p), truth, op_.overlap());
    if (!op_.new_coords) slope.by[2] *= stretch(p, 2), slope.by[3] *= stretch(p, 3);
    for (int i = 0; i < 4; ++i) {
      const double step = slope.by[i] * scale, most = op_.max_delta;
      if (std::isfinite(step)) delta(p, i) += std::clamp(step, -most, most);
    }
  }

  // A second truth of a prediction only adds its own class to what the first wanted of all.
  void add_class_delta(const Place& p, int class_id) {
    const double smooth = op_.label_smooth_eps, own = probability(p, class_id);
    if (class_delta(p, op_.pjreddie ? 0 : class_id) != 0) {
      class_delta(p, class_id) = (1 - smooth + smooth / 2 - own) * multiplier(class_id);
      return;
    }
    const double q = own + 1e-15, focal = .5 * -(1 - q) * (2 * q * std::log(q) + q - 1);
    for (int c = 0; c < op_.classes; ++c) {
      const double is_it = c == class_id;
      class_delta(p, c) = op_.focal_loss ? (is_it - probability(p, c)) * focal
                                         : is_it * (1 - smooth) + smooth / 2 - probability(p, c);
    }
    if (!op_.focal_loss && !op_.multipliers.empty())
      class_delta(p, class_id) *= multiplier(class_id) * op_.cls_normalizer;
  }

  void share_box_by_classes(const Place& p) {
    if (objectness_delta(p) == 0) return;
    int wanted = 0;
    for (int c = 0; c < op_.classes; ++c) wanted += class_delta(p, c) > 0;
    for (int i = 0; i < 4; ++i) delta(p, i) /= std::max(wanted, 1);
  }

  const Op& op_;
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
