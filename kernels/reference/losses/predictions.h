// What the losses of detection heads share: an image's truths, predictions, and what is wanted of them.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/ops/losses/anchors.h"
#include "kernels/ops/losses/overlap.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/losses/truth.h"

namespace nightjar::reference {

// A prediction: an anchor slot at a cell.
struct Place {
  int slot, y, x;
};

// A truth with its class, and its weight where pictures were mixed.
struct Truth : CentredBox {
  int class_id;
  double weight;
};

// Those of classes that there are.
inline std::vector<Truth> truths_of(const Tensor& truth, int n, int classes) {
  std::vector<Truth> all;
  for (int i = 0; i < truth.shape.c; ++i) {
    const TrueBox box = TrueBox::at(truth, n, i);
    if (box.is_end()) break;
    const int class_id = static_cast<int>(box.class_id);
    if (class_id >= 0 && class_id < classes)
      all.push_back({{box.x, box.y, box.w, box.h}, class_id, box.weight});
  }
  return all;
}

// The truth that a box overlaps most, if any: of equals the first.
struct Best {
  const Truth* truth = nullptr;
  double iou = 0;
};
inline Best best_of(const CentredBox& box, const std::vector<Truth>& truths) {
  Best best;
  for (const Truth& truth : truths) {
    const double iou = iou_of(box, truth);
    if (iou > best.iou) best = {&truth, iou};
  }
  return best;
}

// Of one image, slots x (coordinates, objectness, classes); of four coordinates, x, y, w, h. A delta is minus
// a gradient.
class Predictions : public PartSums {
 public:
  Predictions(const Tensor& head, int n, int slots, int classes, int coordinates = 4)
      : head_(head),
        n_(n),
        slots_(slots),
        classes_(classes),
        coordinates_(coordinates),
        deltas_(static_cast<std::size_t>(head.shape.size()), 0.) {}

  int coordinates() const { return coordinates_; }
  template <class Visit>
  void each_place(Visit visit) const {
    for (int slot = 0; slot < slots_; ++slot)
      for (int y = 0; y < head_.shape.h; ++y)
        for (int x = 0; x < head_.shape.w; ++x) visit(Place{slot, y, x});
  }
  // The cell of a centre; one on the far edge belongs to the last.
  Place place_of(const Truth& truth, int slot) const {
    return {slot, cell_of(truth.y, head_.shape.h), cell_of(truth.x, head_.shape.w)};
  }

  double value(const Place& p, int entry) const { return *head_.at(n_, plane(p, entry), p.y, p.x); }
  double objectness(const Place& p) const { return value(p, coordinates_); }
  double probability(const Place& p, int class_id) const { return value(p, coordinates_ + 1 + class_id); }
  double& delta(const Place& p, int entry) {
    const std::int64_t row = std::int64_t{plane(p, entry)} * head_.shape.h + p.y;
    return deltas_[static_cast<std::size_t>(row * head_.shape.w + p.x)];
  }
  double& objectness_delta(const Place& p) { return delta(p, coordinates_); }
  double& class_delta(const Place& p, int class_id) { return delta(p, coordinates_ + 1 + class_id); }

  void store(const Tensor& gradient) {
    each_place([&](const Place& p) {
      for (int entry = 0; entry < planes(); ++entry)
        *gradient.at(n_, plane(p, entry), p.y, p.x) = static_cast<float>(-delta(p, entry));
    });
  }
  // Darknet's parts: what is wanted, squared.
  struct Squares {
    double boxes = 0, others = 0;
  };
  Squares add_squares() {
    each_place([&](const Place& p) {
      add_prediction(objectness(p));
      for (int entry = 0; entry < planes(); ++entry) {
        const auto part = entry < coordinates_    ? LossParts::of_boxes
                          : entry == coordinates_ ? LossParts::of_objectness
                                                  : LossParts::of_classes;
        add(part, delta(p, entry) * delta(p, entry));
      }
    });
    return {sum_of(LossParts::of_boxes), sum_of(LossParts::of_objectness) + sum_of(LossParts::of_classes)};
  }
  void store_parts(const Tensor& parts) const { PartSums::store(parts, n_); }

 private:
  int planes() const { return coordinates_ + 1 + classes_; }
  int plane(const Place& p, int entry) const { return p.slot * planes() + entry; }

  const Tensor& head_;
  int n_, slots_, classes_, coordinates_;
  std::vector<double> deltas_;
};

}  // namespace nightjar::reference
