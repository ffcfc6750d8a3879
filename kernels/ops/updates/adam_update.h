#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/updates/rates.h"

namespace nightjar::ops {

// Adam [Kingma & Ba 2015, algorithm 1]; with `decoupled`, AdamW [Loshchilov & Hutter 2019, algorithm 2].
//   g = gradient_scale * share * sum, and decay * parameter more where it is not decoupled
//   first = momentum * first + (1 - momentum) * g;  second likewise of g^2
//   parameter -= factor * rate * (first / (1 - momentum^update) / (sqrt(second / (1 - second^update)) +
//   epsilon)
//                                 + decay * parameter where it is)
//   sum = 0
// Where the update does not apply, sum = 0 alone.
struct AdamUpdate {
  Shape shape;
  float factor = 1;     // of the rate, for this layer
  bool decays = false;  // biases and scales do not
  bool decoupled = true;

  Operands reads() const {
    return {shared("parameter", shape), shared("sum", shape), shared("first moment", shape),
            shared("second moment", shape), shared("rates", Rates::shape())};
  }
  Operands writes() const {
    return {shared("parameter", shape), shared("sum", shape), shared("first moment", shape),
            shared("second moment", shape)};
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return decoupled ? "adamw update" : "adam update"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
