#include "kernels/ops/gradients/max_pool_gradient.h"

#include <limits>

#include "kernels/reference/elements.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::MaxPoolGradient::define(Inputs ins, Outputs outs) const {
  reference::fill_with_zeros(outs[0]);
  reference::for_each_element(ins[1], [&](int n, int c, int y, int x) {
    float largest = -std::numeric_limits<float>::infinity();
    float* winner = nullptr;
    reference::for_each_in_window(pool, y, x, [&](int in_y, int in_x) {
      const float value = *ins[0].at(n, c, in_y, in_x);
      if (!(value > largest)) return;
      largest = value, winner = outs[0].at(n, c, in_y, in_x);
    });
    if (winner) *winner += *ins[1].at(n, c, y, x);
  });
}

}  // namespace nightjar
