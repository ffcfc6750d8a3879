#pragma once

#include "kernels/ops/copy.h"
#include "kernels/ops/op.h"

namespace nightjar::ops {

// Softmax at a temperature over equal contiguous slices of the CHW-flattened input, or over the slices given
// by `group_sizes` (a class tree), which repeat until the input ends. Its last `rest` values stay as they
// are.
struct Softmax {
  Shape shape;
  int groups = 1;
  float temperature = 1;
  std::vector<int> group_sizes;
  std::int64_t rest = 0;

  // Values in slices.
  NIGHTJAR_INLINE std::int64_t sliced() const { return shape.size() - rest; }

  Operands reads() const { return {data("scores", shape)}; }
  Operands writes() const { return {data("shares", shape)}; }
  bool agrees() const {
    std::int64_t grouped = 0;
    for (const int size : group_sizes) grouped += size;
    if (rest < 0 || sliced() < 1) return false;
    return group_sizes.empty() ? sliced() % groups == 0 : grouped > 0 && sliced() % grouped == 0;
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "softmax"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  // What arrives is by the input already: only losses read this, and theirs are.
  std::optional<Gradient> gradient() const { return Gradient{{{Copy{shape}, {gradients::of_output}, {0}}}}; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
