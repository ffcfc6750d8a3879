#include "kernels/ops/gradients/conv_weights_gradient.h"

#include <algorithm>
#include <vector>

#include "kernels/reference/elements.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::ConvWeightsGradient::define(Inputs ins, Outputs outs) const {
  const float* so_far = reference::array(ins[2]);
  const std::int64_t filter_size = conv.weights().size() / conv.out.c;
  std::vector<double> sums(so_far, so_far + conv.weights().size());
  reference::for_each_element(ins[1], [&](int n, int filter, int y, int x) {
    const double gradient = *ins[1].at(n, filter, y, x);
    double* taps = sums.data() + filter * filter_size;
    reference::for_each_tap(conv, filter, y, x, [&](std::int64_t tap, int c, int in_y, int in_x) {
      taps[tap] += gradient * *ins[0].at(n, c, in_y, in_x);
    });
  });
  std::copy(sums.begin(), sums.end(), static_cast<float*>(outs[0].data));
}

}  // namespace nightjar
