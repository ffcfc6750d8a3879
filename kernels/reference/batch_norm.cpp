#include "kernels/ops/batch_norm.h"

#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::BatchNorm::define(Inputs ins, Outputs outs) const {
  const float *bias = reference::array(ins[1]), *scale = reference::array(ins[2]);
  const float *mean = reference::array(ins[3]), *variance = reference::array(ins[4]);
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const double centred = double{*ins[0].at(n, c, y, x)} - mean[c];
    *outs[0].at(n, c, y, x) =
        static_cast<float>(scale[c] * centred / std::sqrt(variance[c] + epsilon) + bias[c]);
  });
}

}  // namespace nightjar
