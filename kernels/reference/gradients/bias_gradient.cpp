#include "kernels/ops/gradients/bias_gradient.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::BiasGradient::define(Inputs ins, Outputs outs) const {
  const float* so_far = reference::array(ins[1]);
  auto* sums = static_cast<float*>(outs[0].data);
  for (int c = 0; c < shape.c; ++c) {
    double sum = 0;
    reference::for_each_cell(ins[0], [&](int n, int y, int x) { sum += *ins[0].at(n, c, y, x); });
    sums[c] = static_cast<float>(so_far[c] + sum);
  }
}

}  // namespace nightjar
