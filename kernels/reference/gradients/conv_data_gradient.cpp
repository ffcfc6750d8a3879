#include "kernels/ops/gradients/conv_data_gradient.h"

#include <algorithm>
#include <vector>

#include "kernels/reference/elements.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::ConvDataGradient::define(Inputs ins, Outputs outs) const {
  const float* weights = reference::array(ins[1]);
  const std::int64_t filter_size = conv.weights().size() / conv.out.c;
  std::vector<double> sums(static_cast<std::size_t>(conv.in.size()));
  for (int n = 0; n < outs[0].batch; ++n) {
    std::fill(sums.begin(), sums.end(), 0.);
    Tensor image = ins[0];
    image.data = ins[0].at(n, 0, 0, 0);
    image.batch = 1;
    reference::for_each_element(image, [&](int, int filter, int y, int x) {
      const double gradient = *image.at(0, filter, y, x);
      const float* taps = weights + filter * filter_size;
      reference::for_each_tap(conv, filter, y, x, [&](std::int64_t tap, int c, int in_y, int in_x) {
        sums[(static_cast<std::size_t>(c) * conv.in.h + in_y) * conv.in.w + in_x] += gradient * taps[tap];
      });
    });
    for (std::int64_t i = 0; i < conv.in.size(); ++i)
      *outs[0].flat(n, i) = static_cast<float>(sums[static_cast<std::size_t>(i)]);
  }
}

}  // namespace nightjar
