#include "kernels/ops/blend.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Blend::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const auto value = [&](std::size_t input) { return double{*ins[input].at(n, c, y, x)}; };
    const double share = value(0), other = rest ? 1 - share : value(2);
    *outs[0].at(n, c, y, x) = static_cast<float>(share * value(1) + other * value(rest ? 2 : 3));
  });
}

}  // namespace nightjar
