#include "kernels/ops/local_avg_pool.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::LocalAvgPool::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    double sum = 0;
    int cells = 0;
    reference::for_each_in_window(*this, y, x,
                                  [&](int in_y, int in_x) { sum += *ins[0].at(n, c, in_y, in_x), ++cells; });
    *outs[0].at(n, c, y, x) = static_cast<float>(sum / cells);
  });
}

}  // namespace nightjar
