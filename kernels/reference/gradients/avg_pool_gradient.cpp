#include "kernels/ops/gradients/avg_pool_gradient.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::AvgPoolGradient::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    *outs[0].at(n, c, y, x) = static_cast<float>(*ins[0].at(n, c, 0, 0) / (static_cast<double>(in.h) * in.w));
  });
}

}  // namespace nightjar
