#include "kernels/ops/losses/giou_focal_loss.h"

#include <cmath>

#include "kernels/ops/losses/assignment.h"
#include "kernels/ops/losses/focal.h"
#include "kernels/reference/losses/predictions.h"

namespace nightjar {
namespace {

using Op = ops::GiouFocalLoss;
using reference::Place;
using reference::Truth;

class ImageLoss : reference::Predictions {
 public:
  ImageLoss(const Op& op, const Tensor& raw, int n)
      : Predictions(raw, n, static_cast<int>(op.mask.size()), op.classes), op_(op) {}

  Assignment assign(const std::vector<Truth>& truths) {
    Assignment all({static_cast<int>(op_.mask.size()), op_.shape.h, op_.shape.w});
    each_place([&](const Place& p) {
      const CentredBox box = box_of(p);
      for (const Truth& truth : truths)
        if (!(iou_of(box, truth) < op_.ignore_thresh)) all.at(p.slot, p.y, p.x) = Assignment::ignored;
    });
    for (std::size_t i = 0; i < truths.size(); ++i) {
      const auto found = std::find(op_.mask.begin(), op_.mask.end(),
                                   nearest_anchor(op_.anchors, op_.network, truths[i]).anchor);
      if (found == op_.mask.end()) continue;
      const Place p = place_of(truths[i], static_cast<int>(found - op_.mask.begin()));
      all.at(p.slot, p.y, p.x) = static_cast<int>(i);
    }
    return all;
  }

  void compute(const std::vector<Truth>& truths, const Tensor& gradient, const Tensor& parts) {
    Assignment assignment = assign(truths);
    each_place([&](const Place& p) {
      const int target = assignment.at(p.slot, p.y, p.x);
      const double logit = value(p, 4), objectness = sigmoid(logit);
      if (target >= 0) train(p, truths[static_cast<std::size_t>(target)], objectness);
      if (target == Assignment::background)
        want(p, 4, focal(logit, objectness, 0), 1, LossParts::of_objectness);
      add_prediction(objectness);
    });
    store(gradient);
    store_parts(parts);
  }

 private:
  CentredBox anchor(int number) const { return anchor_of(op_.anchors, number, op_.network); }
  CentredBox box_of(const Place& p) const {
    const CentredBox a = anchor(op_.mask[static_cast<std::size_t>(p.slot)]);
    return {(p.x + sigmoid(value(p, 0))) / op_.shape.w, (p.y + sigmoid(value(p, 1))) / op_.shape.h,
            std::exp(value(p, 2)) * a.w, std::exp(value(p, 3)) * a.h};
  }

  void want(const Place& p, int entry, const EntropyTerm& term, double weight, LossParts::Part part) {
    delta(p, entry) -= weight * term.gradient;
    add(part, weight * term.loss);
    add(LossParts::sum, weight * term.loss);
  }

  void train(const Place& p, const Truth& truth, double objectness) {
    train_box(p, truth, objectness);
    want(p, 4, focal(value(p, 4), objectness, 1), truth.weight, LossParts::of_objectness);
    for (int c = 0; c < op_.classes; ++c) {
      const double logit = value(p, 5 + c);
      want(p, 5 + c, cross_entropy(logit, sigmoid(logit), c == truth.class_id), truth.weight,
           LossParts::of_classes);
    }
  }

  // By the box, then by what the head read of it.
  void train_box(const Place& p, const Truth& truth, double objectness) {
    const CentredBox box = box_of(p);
    const double weight = (2 - truth.w * truth.h) * truth.weight;
    const BoxSlope slope = slope_of_giou(box, truth);
    const auto of_centre = [&](int entry, int cells) {
      const double s = sigmoid(value(p, entry));
      return s * (1 - s) / cells;
    };
    const double inner[] = {of_centre(0, op_.shape.w), of_centre(1, op_.shape.h), box.w, box.h};
    for (int i = 0; i < 4; ++i) delta(p, i) += weight * slope.by[i] * inner[i];
    const double loss = weight * (1 - overlap_of(box, truth, Overlap::giou));
    add(LossParts::of_boxes, loss);
    add(LossParts::sum, loss);
    add_pair(iou_of(box, truth), objectness, sigmoid(value(p, 5 + truth.class_id)));
  }

  const Op& op_;
};

}  // namespace

void ops::GiouFocalLoss::define(Inputs ins, Outputs outs) const {
  for (int n = 0; n < ins[0].batch; ++n)
    ImageLoss(*this, ins[0], n).compute(reference::truths_of(ins[1], n, classes), outs[0], outs[1]);
}

Assignment assign(const ops::GiouFocalLoss& loss, const Tensor& raw, const Tensor& truth, int n) {
  return ImageLoss(loss, raw, n).assign(reference::truths_of(truth, n, loss.classes));
}

}  // namespace nightjar
