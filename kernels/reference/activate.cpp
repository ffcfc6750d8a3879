#include "kernels/ops/activate.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar {

void ops::Activate::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    *outs[0].at(n, c, y, x) = reference::activate(activation, *ins[0].at(n, c, y, x));
  });
}

}  // namespace nightjar
