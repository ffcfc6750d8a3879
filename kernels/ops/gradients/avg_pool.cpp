// The gradient of ops::AvgPool.
#include "kernels/ops/avg_pool.h"

#include "kernels/ops/gradients/avg_pool_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::AvgPool::gradient() const {
  return Gradient{{{AvgPoolGradient{in}, {gradients::of_output}, {0}}}};
}

}  // namespace nightjar
