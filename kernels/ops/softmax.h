#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Softmax at a temperature over equal contiguous slices of the CHW-flattened input, or over the slices given
// by `group_sizes` (a class tree), which repeat until the input ends.
struct Softmax {
  Shape shape;
  int groups = 1;
  float temperature = 1;
  std::vector<int> group_sizes;

  Operands reads() const { return {data("scores", shape)}; }
  Operands writes() const { return {data("shares", shape)}; }
  bool agrees() const {
    std::int64_t grouped = 0;
    for (const int size : group_sizes) grouped += size;
    return group_sizes.empty() ? shape.size() % groups == 0 : grouped > 0 && shape.size() % grouped == 0;
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "softmax"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
