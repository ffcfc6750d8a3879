#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// out = share * first + other * second: what two gates let through of two values. `other` is a tensor of its
// own, or the rest, 1 - share.
struct Blend {
  Shape shape;
  bool rest = false;

  NIGHTJAR_INLINE int inputs() const { return rest ? 3 : 4; }
  Operands reads() const {
    Operands all{data("share", shape), data("first", shape)};
    if (!rest) all.push_back(data("other share", shape));
    all.push_back(data("second", shape));
    return all;
  }
  Operands writes() const { return {data("blend", shape)}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return rest ? "blend with the rest" : "blend"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
