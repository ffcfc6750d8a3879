#include "kernels/ops/multiply.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar {

void ops::Multiply::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const float* value = factor == Factor::per_channel ? ins[0].at(n, c, 0, 0)
                         : factor == Factor::per_pixel ? ins[0].at(n, 0, y, x)
                                                       : ins[0].at(n, c, y, x);
    *outs[0].at(n, c, y, x) = reference::activate(activation, *value * *ins[1].at(n, c, y, x));
  });
}

}  // namespace nightjar
