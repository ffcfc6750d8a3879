// The parts of a loss that an image adds up.
#pragma once

#include "kernels/ops/losses/parts.h"

namespace nightjar::reference {

class PartSums {
 public:
  void add(LossParts::Part part, double much) { sums_[part] += much; }
  // A prediction trained on a truth.
  void add_pair(double iou, double objectness, double probability) {
    add(LossParts::pairs, 1);
    add(LossParts::overlap, iou);
    add(LossParts::objectness, objectness);
    add(LossParts::class_probability, probability);
    add(LossParts::above_50, iou > .5);
    add(LossParts::above_75, iou > .75);
  }
  // Any prediction.
  void add_prediction(double objectness) {
    add(LossParts::background, objectness);
    add(LossParts::predictions, 1);
  }
  double sum_of(LossParts::Part part) const { return sums_[part]; }
  void store(const Tensor& parts, int n) const {
    for (int i = 0; i < LossParts::count; ++i) *parts.at(n, i, 0, 0) = static_cast<float>(sums_[i]);
  }

 private:
  double sums_[LossParts::count] = {};
};

}  // namespace nightjar::reference
