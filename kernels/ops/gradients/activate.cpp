// The gradient of ops::Activate.
#include "kernels/ops/activate.h"

#include "kernels/ops/gradients/activate_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::Activate::gradient() const {
  const Gradient::Source from = has_slope_by_output(activation) ? gradients::output(0) : gradients::input(0);
  return Gradient{{{ActivateGradient{shape, activation}, {from, gradients::of_output}, {0}}}};
}

}  // namespace nightjar
