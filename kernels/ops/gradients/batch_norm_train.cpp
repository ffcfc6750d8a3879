// The gradient of ops::BatchNormTrain.
#include "kernels/ops/batch_norm_train.h"

#include "kernels/ops/gradients/batch_norm_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::BatchNormTrain::gradient() const {
  return Gradient{{{BatchNormGradient{shape, form},
                    {gradients::input(0), gradients::of_output, gradients::input(2), gradients::sum(2),
                     gradients::sum(1)},
                    {0, 2, 1}}}};
}

}  // namespace nightjar
