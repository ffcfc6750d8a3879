#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out[g] = max over the channels k = g (mod out.c), of which NaN does not count; height and width stay.
struct MaxPoolDepth {
  Shape in, out;

  Operands reads() const { return {data("image", in)}; }
  Operands writes() const { return {data("maxima", out)}; }
  bool agrees() const { return in.c % out.c == 0 && in.h == out.h && in.w == out.w; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "maxpool over channels"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
