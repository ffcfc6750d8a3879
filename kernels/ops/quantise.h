#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = round(in / scale), to the nearest, halves to even, clamped to [-127, 127]; the output's scale is
// `scale`.
struct Quantise {
  Shape shape;
  float scale = 1;

  Operands reads() const { return {data("image", shape)}; }
  Operands writes() const {
    Operands out{data("quantised", shape, Type::i8)};
    out[0].value.scale = scale;
    return out;
  }
  bool agrees() const { return scale > 0; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "quantise"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
