#include "kernels/ops/heads/gaussian_head.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/heads/entries.h"

namespace nightjar {

void ops::GaussianHead::define(Inputs ins, Outputs outs) const {
  const int planes = 9 + classes;
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const int plane = c % planes;
    const bool centre = plane == 0 || plane == 2, size = plane == 4 || plane == 6;
    const float raw = *ins[0].at(n, c, y, x), value = size ? raw : reference::logistic(raw);
    *outs[0].at(n, c, y, x) = centre ? reference::stretch(value, scale_x_y) : value;
  });
}

}  // namespace nightjar
