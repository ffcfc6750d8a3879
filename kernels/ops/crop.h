#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out[c][y][x] = scale * in[c][top + y][left + x] + shift.
struct Crop {
  Shape in, out;
  int top = 0, left = 0;
  float scale = 1, shift = 0;

  Operands reads() const {
    Operands all{data("image", in)};
    all[0].elements = out.size();
    return all;
  }
  Operands writes() const { return {data("part", out)}; }
  bool agrees() const {
    return in.c == out.c && top >= 0 && left >= 0 && std::int64_t{top} + out.h <= in.h &&
           std::int64_t{left} + out.w <= in.w;
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "crop"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
