#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = act(in).
struct Activate {
  Shape shape;
  Activation activation = Activation::linear;

  Operands reads() const { return {data("image", shape)}; }
  Operands writes() const { return {data("activated", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return name_of(activation); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
