#pragma once

#include <vector>

#include "kernels/ops/op.h"
#include "kernels/ops/updates/loss_scale.h"
#include "kernels/ops/updates/rates.h"

namespace nightjar::ops {

// Before an update by gradients of a scaled loss: the rates that take the scale off again, or that do not
// apply where one of the sums is no finite number; and the scale from then on. An update that was left out
// does not count (`update`), as Adam's moments know nothing of it.
//   gradient_scale /= scale;  update = max(1, update - left_out)
struct AdaptLossScale {
  std::vector<Shape> sums;

  // Of the rates and the scale before, both as after.
  NIGHTJAR_FORMULA static void adapt(Rates& rates, LossScale& scale, bool finite) {
    rates.gradient_scale /= scale.scale;
    rates.update = rates.update - scale.left_out > 1 ? rates.update - scale.left_out : 1.f;
    rates.applies = finite ? rates.applies : 0.f;
    scale = scale.after(finite);
  }

  Operands reads() const {
    Operands all;
    for (const Shape& sum : sums) all.push_back(shared("sum", sum));
    all.push_back(shared("rates", Rates::shape()));
    all.push_back(shared("loss scale", LossScale::shape()));
    return all;
  }
  Operands writes() const {
    return {shared("rates", Rates::shape()), shared("loss scale", LossScale::shape())};
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "loss scale by " + std::to_string(sums.size()) + " gradients"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
