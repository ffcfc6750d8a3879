#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = scale[c] * (in - mean[c]) / sqrt(variance[c] + 1e-5) + bias[c].
struct BatchNorm {
  static constexpr double epsilon = 1e-5;  // Darknet's, in double
  Shape shape;

  Operands reads() const {
    const Shape channels{shape.c, 1, 1};
    return {data("image", shape), weight("biases", channels), weight("scales", channels),
            weight("mean", channels), weight("variance", channels)};
  }
  Operands writes() const { return {data("normalised", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "batchnorm"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
