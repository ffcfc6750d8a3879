#pragma once

#include "kernels/ops/conv.h"

namespace nightjar::ops {

// Conv in whole numbers: out = round(act(in_scale * weight_scale[n] * sum(w * in) + bias[n]) / out_scale),
// clamped to
// [-127, 127]. Sums of products are exact in 32 bits up to 2^31 / 127^2 = 133 144 taps. Weights are i8 with
// one fp32 scale a filter; bias is fp32.
struct ConvInt8 {
  Conv conv;  // shape and activation; no residual
  float in_scale = 1, out_scale = 1;

  Operands reads() const {
    Operands all{data("image", conv.in, Type::i8), weight("weights", conv.weights(), Type::i8),
                 weight("weight scales", {conv.out.c, 1, 1}), weight("biases", {conv.out.c, 1, 1})};
    all[0].value.scale = in_scale;
    return all;
  }
  Operands writes() const {
    Operands out{data("sums", conv.out, Type::i8)};
    out[0].value.scale = out_scale;
    return out;
  }
  bool agrees() const {
    constexpr std::int64_t most_taps = (std::int64_t{1} << 31) / (127 * 127);
    return conv.agrees() && !conv.residual && conv.bias && in_scale > 0 && out_scale > 0 &&
           std::int64_t{conv.in.c / conv.groups} * conv.size * conv.size < most_taps;
  }
  std::int64_t flops() const { return conv.flops(); }
  std::string words() const { return conv.words() + " int8"; }
  Columns columns() const { return conv.columns(); }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
