#include "kernels/ops/avg_pool.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::AvgPool::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int, int) {
    double sum = 0;
    for (int y = 0; y < in.h; ++y)
      for (int x = 0; x < in.w; ++x) sum += *ins[0].at(n, c, y, x);
    *outs[0].at(n, c, 0, 0) = static_cast<float>(sum / (static_cast<double>(in.h) * in.w));
  });
}

}  // namespace nightjar
