#include "kernels/ops/gradients/clamp_gradient.h"

#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::ClampGradient::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    *outs[0].at(n, c, y, x) = std::abs(*ins[0].at(n, c, y, x)) > limit ? 0 : *ins[1].at(n, c, y, x);
  });
}

}  // namespace nightjar
