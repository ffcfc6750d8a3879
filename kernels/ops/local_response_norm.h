#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Local response normalisation [Krizhevsky et al. 2012, "ImageNet Classification with Deep Convolutional
// Neural Networks", section 3.3] as Darknet has it (docs/darknet-format.md section 5.14): out[c] = in[c] *
// (kappa + alpha * s[c])^-beta, s[c] the sum of the squares of the channels c - (size-1)/2 .. c + size/2, as
// far as they exist, less that of channel size/2, whatever c is. NaN where the base of the power is negative.
struct LocalResponseNorm {
  Shape shape;
  int size = 5;
  float alpha = 1e-4f, beta = .75f, kappa = 1;

  // The channel whose square is left out; none where it is not below shape.c.
  NIGHTJAR_INLINE int lost_channel() const { return size / 2; }
  // Channels in front of c, and behind it, that its window has.
  NIGHTJAR_INLINE int before() const { return (size - 1) / 2; }
  NIGHTJAR_INLINE int behind() const { return size / 2; }

  Operands reads() const { return {data("image", shape)}; }
  Operands writes() const { return {data("normalised", shape)}; }
  bool agrees() const { return size >= 1; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "lrn over " + std::to_string(size); }
  Columns columns() const { return {"", std::to_string(size)}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
