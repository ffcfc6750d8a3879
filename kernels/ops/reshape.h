#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// The input's values in another shape. In CHW order they are a matrix of `rows` rows; in CHW order, the
// output has its columns one after the other, then zeros. One row leaves all values in their order.
struct Reshape {
  Shape in, out;
  int rows = 1;

  Operands reads() const { return {data("image", in)}; }
  Operands writes() const { return {data("reshaped", out)}; }
  bool agrees() const { return rows > 0 && in.size() % rows == 0 && out.size() >= in.size(); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return rows == 1 ? "reshape" : "reshape by columns"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const {
    if (rows != 1 || out.size() != in.size()) return std::nullopt;
    return Gradient{{{Reshape{out, in}, {gradients::of_output}, {0}}}};
  }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
