#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Channels [first, first + in.c) of the output are the input; the others are 0.
struct Embed {
  Shape in, out;
  int first = 0;

  Operands reads() const { return {data("image", in)}; }
  Operands writes() const { return {data("embedded", out)}; }
  bool agrees() const { return first >= 0 && first + in.c <= out.c && in.h == out.h && in.w == out.w; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "embed"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
