#include "kernels/ops/gradients/blend_gradient.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::BlendGradient::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const auto value = [&](std::size_t input) { return double{*ins[input].at(n, c, y, x)}; };
    const double share = value(0), gradient = value(3);
    *outs[0].at(n, c, y, x) = static_cast<float>(gradient * (value(1) - value(2)));
    *outs[1].at(n, c, y, x) = static_cast<float>(gradient * share);
    *outs[2].at(n, c, y, x) = static_cast<float>(gradient * (1 - share));
  });
}

}  // namespace nightjar
