#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/updates/loss_scale.h"

namespace nightjar::ops {

// A loss' gradient as one of the scaled loss, times the scale: halves can hold it then.
struct ScaleLoss {
  Shape shape;

  Operands reads() const { return {exact_data("gradient", shape), shared("loss scale", LossScale::shape())}; }
  Operands writes() const { return {data("gradient", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "loss scale"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
