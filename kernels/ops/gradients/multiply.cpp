// The gradient of ops::Multiply.
#include "kernels/ops/multiply.h"

#include "kernels/ops/gradients/multiply_factor_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::Multiply::gradient() const {
  if (activation != Activation::linear) return std::nullopt;
  return Gradient{{{MultiplyFactorGradient{*this}, {gradients::input(1), gradients::of_output}, {0}},
                   {*this, {gradients::input(0), gradients::of_output}, {1}}}};
}

}  // namespace nightjar
