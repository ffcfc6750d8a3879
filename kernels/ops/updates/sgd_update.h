#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/updates/rates.h"

namespace nightjar::ops {

// Stochastic gradient descent with momentum and decay, as Darknet's: the velocity takes up the sum of the
// gradients as it is, and its share is taken at the end (docs/darknet-format.md section 12.5).
//   velocity = momentum * velocity - gradient_scale * sum - decay / share * parameter
//   parameter += factor * rate * share * velocity;  sum = 0
// Where the update does not apply, sum = 0 alone.
struct SgdUpdate {
  Shape shape;
  float factor = 1;     // of the rate, for this layer
  bool decays = false;  // biases and scales do not

  Operands reads() const {
    return {shared("parameter", shape), shared("sum", shape), shared("velocity", shape),
            shared("rates", Rates::shape())};
  }
  Operands writes() const {
    return {shared("parameter", shape), shared("sum", shape), shared("velocity", shape)};
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "sgd update"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
