// Convolution, as the sum it is.
#include "kernels/ops/conv.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::Conv::define(Inputs ins, Outputs outs) const {
  const std::size_t first_weight = residual ? 2 : 1;
  const std::int64_t filter_size = weights().size() / out.c;
  const float* biases = bias ? reference::array(ins[first_weight + 1]) : nullptr;
  reference::for_each_element(outs[0], [&](int n, int filter, int y, int x) {
    const float* taps = reference::array(ins[first_weight]) + filter * filter_size;
    double sum = 0;
    reference::for_each_tap(*this, filter, y, x, [&](std::int64_t tap, int c, int in_y, int in_x) {
      sum += double{taps[tap]} * *ins[0].at(n, c, in_y, in_x);
    });
    if (biases) sum += biases[filter];
    float value = reference::activate(activation, static_cast<float>(sum));
    if (residual) value = reference::activate(residual_activation, value + *ins[1].at(n, filter, y, x));
    *outs[0].at(n, filter, y, x) = value;
  });
}

}  // namespace nightjar
