// The gradient of ops::LocalAvgPool.
#include "kernels/ops/local_avg_pool.h"

#include "kernels/ops/gradients/local_avg_pool_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::LocalAvgPool::gradient() const {
  return Gradient{{{LocalAvgPoolGradient{*this}, {gradients::of_output}, {0}}}};
}

}  // namespace nightjar
