#pragma once

#include "kernels/ops/conv.h"

namespace nightjar::ops {

// A convolution of signs, which are 1 for what is above 0 and else -1 (so for 0 and NaN too):
//   out[n] = act2(act(scale[n] * sum_c,ky,kx sign(w[n][c][ky][kx]) * sign(in[c][..]) + bias[n]) + residual)
//   scale[n] = mean of |w[n]|
// Rastegari et al., "XNOR-Net", arXiv 1603.05279, without its factors for the input, as Darknet has it. Cells
// outside the image count as 0, or have the sign -1.
struct ConvXnor {
  enum class Outside : std::uint8_t { zero, minus_one };

  Conv conv;  // all but the values; one group
  Outside outside = Outside::zero;

  Operands reads() const { return conv.reads(); }
  Operands writes() const { return conv.writes(); }
  bool agrees() const { return conv.agrees() && conv.groups == 1; }
  // A word of 32 signs counts as one, as AlexeyAB's Darknet counts.
  std::int64_t flops() const { return conv.flops() / 32; }
  std::string words() const { return conv.words() + " xnor"; }
  Columns columns() const { return conv.columns(); }

  Fuses fuses() const { return conv.fuses(); }
  void fuse_bias() { conv.fuse_bias(); }
  void fuse_activation(Activation a) { conv.fuse_activation(a); }
  void fuse_residual(Activation after) { conv.fuse_residual(after); }

  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
