#include "kernels/ops/upsample.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Upsample::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    double sum = 0;
    if (down) {
      for (int dy = 0; dy < stride; ++dy)
        for (int dx = 0; dx < stride; ++dx) sum += *ins[0].at(n, c, y * stride + dy, x * stride + dx);
    } else {
      sum = *ins[0].at(n, c, y / stride, x / stride);
    }
    *outs[0].at(n, c, y, x) = static_cast<float>(scale * sum);
  });
}

}  // namespace nightjar
