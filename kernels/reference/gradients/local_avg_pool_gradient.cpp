#include "kernels/ops/gradients/local_avg_pool_gradient.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::LocalAvgPoolGradient::define(Inputs ins, Outputs outs) const {
  reference::fill_with_zeros(outs[0]);
  reference::for_each_element(ins[0], [&](int n, int c, int y, int x) {
    int cells = 0;
    reference::for_each_in_window(pool, y, x, [&](int, int) { ++cells; });
    const float share = *ins[0].at(n, c, y, x) / static_cast<float>(cells);
    reference::for_each_in_window(pool, y, x,
                                  [&](int in_y, int in_x) { *outs[0].at(n, c, in_y, in_x) += share; });
  });
}

}  // namespace nightjar
