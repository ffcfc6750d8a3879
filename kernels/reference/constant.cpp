#include "kernels/ops/constant.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Constant::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(
      outs[0], [&](int n, int c, int y, int x) { *outs[0].at(n, c, y, x) = *ins[1].at(0, c, y, x); });
}

}  // namespace nightjar
