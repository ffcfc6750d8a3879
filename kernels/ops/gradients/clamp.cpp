// The gradient of ops::Clamp.
#include "kernels/ops/clamp.h"

#include "kernels/ops/gradients/clamp_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::Clamp::gradient() const {
  return Gradient{{{ClampGradient{shape, limit}, {gradients::input(0), gradients::of_output}, {0}}}};
}

}  // namespace nightjar
