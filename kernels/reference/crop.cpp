#include "kernels/ops/crop.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Crop::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    *outs[0].at(n, c, y, x) = scale * *ins[0].at(n, c, top + y, left + x) + shift;
  });
}

}  // namespace nightjar
