#include "kernels/ops/max_pool.h"

#include <limits>

#include "kernels/reference/elements.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::MaxPool::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    float largest = -std::numeric_limits<float>::max();
    reference::for_each_in_window(
        *this, y, x, [&](int in_y, int in_x) { largest = std::max(largest, *ins[0].at(n, c, in_y, in_x)); });
    *outs[0].at(n, c, y, x) = largest;
  });
}

}  // namespace nightjar
