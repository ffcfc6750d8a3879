// The factor in double, stored as float, as AlexeyAB's Darknet does (docs/darknet-format.md section 4.2). All
// arrays are planar, and an output may be its input's own memory: each value is read before it is written.
#include "kernels/ops/fold_batch_norm.h"

#include <cmath>

#include "kernels/ops/batch_norm.h"
#include "kernels/reference/elements.h"

namespace nightjar {

void ops::FoldBatchNorm::define(Inputs ins, Outputs outs) const {
  const float *from = reference::array(ins[0]), *bias = reference::array(ins[1]),
              *scale = reference::array(ins[2]);
  const float *mean = reference::array(ins[3]), *variance = reference::array(ins[4]);
  auto *to = static_cast<float*>(outs[0].data), *folded_bias = static_cast<float*>(outs[1].data);
  const std::int64_t filter_size = weights.size() / weights.c;
  for (int n = 0; n < weights.c; ++n, from += filter_size, to += filter_size) {
    const double factor = double{scale[n]} / std::sqrt(double{variance[n]} + BatchNorm::epsilon);
    folded_bias[n] = static_cast<float>(bias[n] - factor * mean[n]);
    for (std::int64_t i = 0; i < filter_size; ++i) to[i] = static_cast<float>(from[i] * factor);
  }
}

}  // namespace nightjar
