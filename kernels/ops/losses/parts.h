// What a loss tells of an image beside its gradient.
#pragma once

#include "kernels/activation.h"
#include "kernels/tensor.h"

namespace nightjar {

// A value of so many floats, of which a report adds up those of a batch.
struct LossParts {
  enum Part {
    sum,       // of the loss, what adds up over images
    pair_sum,  // of the loss, what is divided by the pairs of the whole batch
    of_boxes,  // what boxes, objectness and classes add to the loss; Darknet's: squares of deltas
    of_objectness,
    of_classes,
    pairs,    // predictions that were trained on a truth, each time one was; over these are summed
    overlap,  //   the IoU
    objectness,
    class_probability,
    above_50,    // IoU > .5
    above_75,    // IoU > .75
    background,  // objectness, summed over all predictions
    predictions,
    count
  };
  static constexpr Shape shape() { return {count, 1, 1}; }
};

// The parts that an image adds up, on a CPU and on a GPU.
class PartSums {
 public:
  NIGHTJAR_FORMULA void add(LossParts::Part part, double much) { sums_[part] += much; }
  // A prediction trained on a truth.
  NIGHTJAR_FORMULA void add_pair(double iou, double objectness, double probability) {
    add(LossParts::pairs, 1);
    add(LossParts::overlap, iou);
    add(LossParts::objectness, objectness);
    add(LossParts::class_probability, probability);
    add(LossParts::above_50, iou > .5);
    add(LossParts::above_75, iou > .75);
  }
  // Any prediction.
  NIGHTJAR_FORMULA void add_prediction(double objectness) {
    add(LossParts::background, objectness);
    add(LossParts::predictions, 1);
  }
  NIGHTJAR_FORMULA double sum_of(int part) const { return sums_[part]; }
  void store(const Tensor& parts, int n) const {
    for (int i = 0; i < LossParts::count; ++i) *parts.at(n, i, 0, 0) = static_cast<float>(sums_[i]);
  }

 private:
  double sums_[LossParts::count] = {};
};

}  // namespace nightjar
