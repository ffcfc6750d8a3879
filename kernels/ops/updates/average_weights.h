#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/updates/rates.h"

namespace nightjar::ops {

// A running average of a parameter, of which an update keeps a share: average += (1 - kept) * (parameter -
// average). With none kept it becomes the parameter.
struct AverageWeights {
  Shape shape;

  Operands reads() const {
    return {shared("parameter", shape), shared("average", shape), shared("rates", Rates::shape())};
  }
  Operands writes() const { return {shared("average", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "average of weights"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
