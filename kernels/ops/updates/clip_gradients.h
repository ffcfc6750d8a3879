#pragma once

#include <vector>

#include "kernels/ops/op.h"
#include "kernels/ops/updates/rates.h"

namespace nightjar::ops {

// The rates of an update whose gradient, of all parameters together, is not longer than `longest`: that of
// the mean loss, gradient_scale * share * sum. As torch.nn.utils.clip_grad_norm_:
//   gradient_scale *= min(1, longest / (gradient_scale * share * sqrt(sum of squares of all sums) + 1e-6))
struct ClipGradients {
  static constexpr double epsilon = 1e-6;
  std::vector<Shape> sums;
  float longest = 1;

  Operands reads() const {
    Operands all;
    for (const Shape& sum : sums) all.push_back(shared("sum", sum));
    all.push_back(shared("rates", Rates::shape()));
    return all;
  }
  Operands writes() const { return {shared("rates", Rates::shape())}; }
  bool agrees() const { return longest > 0; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "clipping of " + std::to_string(sums.size()) + " gradients"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
