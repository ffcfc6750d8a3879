#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = scale * in, in fp32; the input's scale is `scale`.
struct Dequantise {
  Shape shape;
  float scale = 1;

  Operands reads() const {
    Operands in{data("quantised", shape, Type::i8)};
    in[0].value.scale = scale;
    return in;
  }
  Operands writes() const { return {data("image", shape)}; }
  bool agrees() const { return scale > 0; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "dequantise"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
