#pragma once

#include "kernels/ops/add.h"

namespace nightjar::ops {

// The gradient by one source of a sum: what the sum's gradient has where the source's value went, times the
// source's weight.
struct AddSourceGradient {
  Add add;  // without activation
  int source = 0;

  Operands reads() const {
    Operands all{data("gradient", add.shape())};
    if (add.weights != Add::Weights::none) all.push_back(weight("weights", add.weights_shape()));
    return all;
  }
  Operands writes() const { return {data("gradient", add.sources[static_cast<std::size_t>(source)])}; }
  bool agrees() const { return add.agrees(); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient by source " + std::to_string(source) + " of " + add.words(); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
