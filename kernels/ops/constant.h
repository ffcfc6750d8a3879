#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = values, once for each image. Nothing of the image is read: it says which values there are when, and
// for how many images.
struct Constant {
  Shape in, shape;

  Operands reads() const {
    Operands all{data("image", in), weight("values", shape)};
    all[0].elements = 0;
    return all;
  }
  Operands writes() const { return {data("values", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "constant"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
