// What a loss tells of an image beside its gradient.
#pragma once

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

}  // namespace nightjar
