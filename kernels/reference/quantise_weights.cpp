#include "kernels/ops/quantise_weights.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::QuantiseWeights::define(Inputs ins, Outputs outs) const {
  const std::int64_t filter_size = weights.size() / weights.c;
  const float* from = reference::array(ins[0]);
  auto* to = static_cast<std::int8_t*>(outs[0].data);
  auto* scales = static_cast<float*>(outs[1].data);
  for (int n = 0; n < weights.c; ++n, from += filter_size, to += filter_size) {
    float largest = 0;
    for (std::int64_t i = 0; i < filter_size; ++i) largest = std::max(largest, std::abs(from[i]));
    scales[n] = largest > 0 ? largest / 127 : 1;
    for (std::int64_t i = 0; i < filter_size; ++i)
      to[i] = static_cast<std::int8_t>(std::nearbyint(from[i] / scales[n]));
  }
}

}  // namespace nightjar
