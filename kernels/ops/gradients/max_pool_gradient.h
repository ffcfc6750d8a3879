#pragma once

#include "kernels/ops/max_pool.h"

namespace nightjar::ops {

// Each window's gradient goes to the cell that its maximum came from, the first of equals; of a window of
// nothing but NaN, to none.
struct MaxPoolGradient {
  MaxPool pool;

  Operands reads() const { return {data("image", pool.in), data("gradient", pool.out)}; }
  Operands writes() const { return {data("gradient", pool.in)}; }
  bool agrees() const { return pool.agrees(); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient of " + pool.words(); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
