#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out[c][y][x] = scale * in[c][y / stride][x / stride]; for `down`: out = scale * sum of the stride x stride
// cells.
struct Upsample {
  Shape in, out;
  int stride = 2;
  bool down = false;
  float scale = 1;

  Operands reads() const { return {data("image", in)}; }
  Operands writes() const { return {data("resized", out)}; }
  bool agrees() const {
    const std::int64_t factor = stride;
    return in.c == out.c && (down ? out.h == in.h / stride && out.w == in.w / stride
                                  : out.h == in.h * factor && out.w == in.w * factor);
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "upsample x" + std::to_string(stride); }
  Columns columns() const { return {"", (down ? "/" : "x") + std::to_string(stride)}; }
  Fuses fuses() const { return {}; }

  // Up and down are each other's gradient, where no cell was cut off.
  std::optional<Gradient> gradient() const {
    if (down && (in.h % stride != 0 || in.w % stride != 0)) return std::nullopt;
    return Gradient{{{Upsample{out, in, stride, !down, scale}, {gradients::of_output}, {0}}}};
  }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
