// The gradient of ops::MaxPool.
#include "kernels/ops/max_pool.h"

#include "kernels/ops/gradients/max_pool_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::MaxPool::gradient() const {
  return Gradient{{{MaxPoolGradient{*this}, {gradients::input(0), gradients::of_output}, {0}}}};
}

}  // namespace nightjar
