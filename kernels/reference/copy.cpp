#include "kernels/ops/copy.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Copy::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(
      outs[0], [&](int n, int c, int y, int x) { *outs[0].at(n, c, y, x) = *ins[0].at(n, c, y, x); });
}

}  // namespace nightjar
