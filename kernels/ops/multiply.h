#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// out = act(factor * image). The factor is (c, 1, 1), (1, h, w) or of the image's shape.
struct Multiply {
  enum class Factor : std::uint8_t { per_channel, per_pixel, full };
  Shape shape;
  Factor factor = Factor::full;
  Activation activation = Activation::linear;

  Shape factor_shape() const {
    if (factor == Factor::per_channel) return {shape.c, 1, 1};
    return factor == Factor::per_pixel ? Shape{1, shape.h, shape.w} : shape;
  }
  Operands reads() const { return {data("factor", factor_shape()), data("image", shape)}; }
  Operands writes() const { return {data("products", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "multiply" + plus_activation(activation); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {.activation = activation == Activation::linear}; }
  void fuse_activation(Activation a) { activation = a; }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
