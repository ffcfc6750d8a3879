#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// Cross entropy of probabilities that a softmax wrote, by the scores that it read: -sum of truth * ln p. The
// gradient is p - truth, whatever the temperature, as Darknet has it (docs/darknet-format.md section 12.2).
struct SoftmaxLoss {
  Shape shape;

  Operands reads() const {
    return {exact_data("probabilities", shape), exact_data("truth", {static_cast<int>(shape.size()), 1, 1})};
  }
  Operands writes() const { return {exact_data("gradient", shape), exact_data("parts", LossParts::shape())}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "softmax loss"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::output(0)}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
