#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Per pixel over the channels: relu(v) / (1e-4 + sum relu(v)), its softmax forms, or v / sqrt(sum v^2), where
// zeros stay zeros.
struct NormalizeChannels {
  enum class Form : std::uint8_t { relu, softmax, softmax_maxval, l2 };
  Shape shape;
  Form form = Form::relu;

  Operands reads() const { return {data("image", shape)}; }
  Operands writes() const { return {data("normalised", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return form == Form::l2 ? "l2 norm" : "normalize channels"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
