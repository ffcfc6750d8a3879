#pragma once

#include "kernels/ops/batch_norm_train.h"

namespace nightjar::ops {

// Of BatchNormTrain: by its input, and the sums of those by scales and biases. Mean and variance are those of
// the image again: as rounded numbers they would not do where little is left of a difference. x^ is the
// normalised input, N the elements of a channel of the batch:
//   scales  += sum of gradient * x^
//   biases  += sum of gradient
//   exact:    scale / s * (gradient - mean(gradient) - x^ * sum(gradient * x^) / M), s the deviation that
//             was divided by, M the N or N - 1 in it
//   darknet:  the derivative that both Darknets take, which is not the exact one (docs/darknet-format.md
//             section 12.3)
struct BatchNormGradient {
  Shape shape;
  BatchNormTrain::Form form = BatchNormTrain::Form::exact;

  Operands reads() const {
    const Shape channels{shape.c, 1, 1};
    return {data("image", shape), data("gradient", shape), shared("scales", channels),
            shared("scales' sum", channels), shared("biases' sum", channels)};
  }
  Operands writes() const {
    const Shape channels{shape.c, 1, 1};
    return {data("gradient", shape), shared("scales' sum", channels), shared("biases' sum", channels)};
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient of batchnorm"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
