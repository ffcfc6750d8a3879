// The gradient of ops::BatchNormTrain.
#include "kernels/ops/batch_norm_train.h"

#include "kernels/ops/gradients/batch_norm_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::BatchNormTrain::gradient() const {
  std::vector<Gradient::Source> reads{gradients::input(0), gradients::of_output};
  if (activation != Activation::linear) reads.push_back(gradients::output(0));
  for (const Gradient::Source& source :
       {gradients::input(2), gradients::output(3), gradients::sum(2), gradients::sum(1)})
    reads.push_back(source);
  return Gradient{{{BatchNormGradient{shape, form, activation}, std::move(reads), {0, 2, 1}}}};
}

}  // namespace nightjar
