#pragma once

#include "kernels/ops/add.h"

namespace nightjar::ops {

// The sum of the gradients by a weighted sum's weights so far, and that of these images: gradient times
// source, and back through the normalisation unless that counts as a constant.
struct AddWeightsGradient {
  Add add;  // weighted, without activation

  Operands reads() const {
    Operands all;
    for (const Shape& source : add.sources) all.push_back(data("source", source));
    all.push_back(data("gradient", add.shape()));
    all.push_back(shared("sum", add.weights_shape()));
    all.push_back(weight("weights", add.weights_shape()));
    return all;
  }
  Operands writes() const { return {shared("sum", add.weights_shape())}; }
  bool agrees() const { return add.agrees() && add.weights != Add::Weights::none; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient by the weights of " + add.words(); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
