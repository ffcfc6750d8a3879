// A convolution of one window for each place.
#include "kernels/ops/local.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::Local::define(Inputs ins, Outputs outs) const {
  const Conv windows{.in = in, .out = out, .size = size, .stride_x = stride, .stride_y = stride, .pad = pad};
  const std::int64_t taps = std::int64_t{in.c} * size * size;
  const float *weights = reference::array(ins[1]), *biases = reference::array(ins[2]);
  reference::for_each_element(outs[0], [&](int n, int filter, int y, int x) {
    const int place = y * out.w + x;
    const float* own = weights + (std::int64_t{place} * out.c + filter) * taps;
    double sum = biases[std::int64_t{filter} * places() + place];
    reference::for_each_tap(windows, filter, y, x, [&](std::int64_t tap, int c, int in_y, int in_x) {
      sum += double{own[tap]} * *ins[0].at(n, c, in_y, in_x);
    });
    *outs[0].at(n, filter, y, x) = reference::activate(activation, static_cast<float>(sum));
  });
}

}  // namespace nightjar
