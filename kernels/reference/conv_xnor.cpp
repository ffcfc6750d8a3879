// A convolution of signs, as the sum it is.
#include "kernels/ops/conv_xnor.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"
#include "kernels/reference/signs.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::ConvXnor::define(Inputs ins, Outputs outs) const {
  const std::size_t first_weight = conv.residual ? 2 : 1;
  const std::int64_t filter_size = conv.weights().size() / conv.out.c;
  const float* biases = conv.bias ? reference::array(ins[first_weight + 1]) : nullptr;
  reference::for_each_element(outs[0], [&](int n, int filter, int y, int x) {
    const float* taps = reference::array(ins[first_weight]) + filter * filter_size;
    const auto sign_of = [&](std::int64_t tap) { return reference::is_positive(taps[tap]) ? 1 : -1; };
    std::int64_t sum = 0;
    if (outside == Outside::minus_one)
      for (std::int64_t tap = 0; tap < filter_size; ++tap) sum -= sign_of(tap);
    reference::for_each_tap(conv, filter, y, x, [&](std::int64_t tap, int c, int in_y, int in_x) {
      const int sign = reference::is_positive(*ins[0].at(n, c, in_y, in_x)) ? 1 : -1;
      sum += sign_of(tap) * (outside == Outside::minus_one ? sign + 1 : sign);  // it was counted as -1
    });
    double scaled = double{reference::mean_magnitude(taps, filter_size)} * static_cast<double>(sum);
    if (biases) scaled += biases[filter];
    float value = reference::activate(conv.activation, static_cast<float>(scaled));
    if (conv.residual)
      value = reference::activate(conv.residual_activation, value + *ins[1].at(n, filter, y, x));
    *outs[0].at(n, filter, y, x) = value;
  });
}

}  // namespace nightjar
