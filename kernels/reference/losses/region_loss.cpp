// Darknet's loss of [region], in its order: later rules replace what earlier ones wanted.
#include "kernels/ops/losses/region_loss.h"

#include <cmath>

#include "kernels/reference/elements.h"
#include "kernels/reference/losses/predictions.h"

namespace nightjar {
namespace {

using Op = ops::RegionLoss;
using reference::Place;
using reference::Truth;

class ImageLoss : reference::Predictions {
 public:
  ImageLoss(const Op& op, const Tensor& head, int n)
      : Predictions(head, n, op.slots(), op.classes), op_(op) {}

  void compute(const std::vector<Truth>& truths, bool settling, const Tensor& gradient, const Tensor& parts) {
    each_place([&](const Place& p) {
      compare_with_all(p, truths);
      if (settling) want_box(p, anchor_at(p), .01);
    });
    for (const Truth& truth : truths) train(truth);
    store(gradient);
    const Squares squares = add_squares();
    add(LossParts::sum, squares.boxes + squares.others);
    store_parts(parts);
  }

 private:
  int rows() const { return op_.shape.h; }
  int columns() const { return op_.shape.w; }
  CentredBox anchor(int number) const { return anchor_of(op_.anchors, number, op_.shape); }
  CentredBox anchor_at(const Place& p) const {
    const CentredBox a = anchor(p.slot);
    return {(p.x + .5) / columns(), (p.y + .5) / rows(), a.w, a.h};
  }
  CentredBox box_of(const Place& p) const {
    const CentredBox a = anchor(p.slot);
    return {(p.x + value(p, 0)) / columns(), (p.y + value(p, 1)) / rows(), std::exp(value(p, 2)) * a.w,
            std::exp(value(p, 3)) * a.h};
  }
  // Of a value that went through a logistic: pjreddie leaves it out.
  double slope(double v) const { return op_.pjreddie ? 1 : v * (1 - v); }

  void want_objectness(const Place& p, double target, double scale) {
    objectness_delta(p) = scale * (target - objectness(p)) * slope(objectness(p));
  }

  void want_box(const Place& p, const CentredBox& box, double scale) {
    const CentredBox a = anchor(p.slot);
    const double x = value(p, 0), y = value(p, 1);
    delta(p, 0) = scale * (box.x * columns() - p.x - x) * slope(x);
    delta(p, 1) = scale * (box.y * rows() - p.y - y) * slope(y);
    delta(p, 2) = scale * (std::log(box.w / a.w) - value(p, 2));
    delta(p, 3) = scale * (std::log(box.h / a.h) - value(p, 3));
  }

  void compare_with_all(const Place& p, const std::vector<Truth>& truths) {
    if (!(best_of(box_of(p), truths).iou > op_.thresh)) want_objectness(p, 0, op_.noobject_scale);
  }

  void train(const Truth& truth) {
    const Place p = place_of(truth, best_slot(truth));
    const double iou = iou_of(box_of(p), truth);
    add_pair(iou, objectness(p), probability(p, truth.class_id));
    const double weight = op_.pjreddie ? 2 - truth.w * truth.h : 1;
    want_box(p, truth, op_.coord_scale * weight);
    want_objectness(p, op_.rescore ? iou : 1, op_.object_scale);
    want_class(p, truth.class_id);
  }

  int best_slot(const Truth& truth) const {
    const CentredBox shape{0, 0, truth.w, truth.h};
    int best = 0;
    double most = 0;
    for (int slot = 0; slot < op_.slots(); ++slot) {
      CentredBox own = op_.bias_match ? anchor(slot) : box_of(place_of(truth, slot));
      own.x = own.y = 0;
      const double iou = iou_of(own, shape);
      if (iou > most) most = iou, best = slot;
    }
    return best;
  }

  // Of a tree: each class on the way to the root, among its siblings.
  void want_class(const Place& p, int class_id) {
    if (op_.parent.empty()) return want_among(p, class_id, 0, op_.classes);
    for (; class_id >= 0; class_id = op_.parent[static_cast<std::size_t>(class_id)]) {
      int first = 0;
      for (const int size : op_.group_sizes) {
        if (class_id < first + size) {
          want_among(p, class_id, first, size);
          break;
        }
        first += size;
      }
    }
  }
  void want_among(const Place& p, int class_id, int first, int count) {
    for (int c = first; c < first + count; ++c)
      class_delta(p, c) = op_.class_scale * ((c == class_id) - probability(p, c));
  }

  const Op& op_;
};

}  // namespace

void ops::RegionLoss::define(Inputs ins, Outputs outs) const {
  const bool is_settling = *reference::array(ins[2]) < settling;
  for (int n = 0; n < ins[0].batch; ++n)
    ImageLoss(*this, ins[0], n)
        .compute(reference::truths_of(ins[1], n, classes), is_settling, outs[0], outs[1]);
}

}  // namespace nightjar
