#pragma once

#include "kernels/ops/local_avg_pool.h"

namespace nightjar::ops {

// Each window's gradient, shared equally by its cells inside the image. (Darknet divides by the cells of a
// whole window here, though not going forward.)
struct LocalAvgPoolGradient {
  LocalAvgPool pool;

  Operands reads() const { return {data("gradient", pool.out)}; }
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
