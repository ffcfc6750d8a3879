#include "kernels/ops/clamp.h"

#include <algorithm>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Clamp::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    *outs[0].at(n, c, y, x) = std::clamp(*ins[0].at(n, c, y, x), -limit, limit);
  });
}

}  // namespace nightjar
