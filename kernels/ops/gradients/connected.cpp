// The gradient of ops::Connected.
#include "kernels/ops/connected.h"

#include "kernels/ops/gradients/bias_gradient.h"
#include "kernels/ops/gradients/connected_data_gradient.h"
#include "kernels/ops/gradients/connected_weights_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::Connected::gradient() const {
  if (activation != Activation::linear) return std::nullopt;
  Connected bare = *this;
  bare.bias = false;
  Gradient all{{{ConnectedDataGradient{bare}, {gradients::of_output, gradients::input(1)}, {0}},
                {ConnectedWeightsGradient{bare},
                 {gradients::input(0), gradients::of_output, gradients::sum(1)},
                 {1}}}};
  if (bias) all.terms.push_back({BiasGradient{out()}, {gradients::of_output, gradients::sum(2)}, {2}});
  return all;
}

}  // namespace nightjar
