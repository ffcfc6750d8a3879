#include "kernels/ops/max_pool_depth.h"

#include <algorithm>
#include <limits>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::MaxPoolDepth::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    float largest = -std::numeric_limits<float>::max();
    for (int k = c; k < in.c; k += out.c) largest = std::max(largest, *ins[0].at(n, k, y, x));
    *outs[0].at(n, c, y, x) = largest;
  });
}

}  // namespace nightjar
