#include "kernels/ops/binarise_weights.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/signs.h"

namespace nightjar {

void ops::BinariseWeights::define(Inputs ins, Outputs outs) const {
  const std::int64_t filter_size = weights.size() / weights.c;
  const float* from = reference::array(ins[0]);
  auto* to = static_cast<float*>(outs[0].data);
  for (int n = 0; n < weights.c; ++n, from += filter_size, to += filter_size) {
    const float mean = reference::mean_magnitude(from, filter_size);
    for (std::int64_t i = 0; i < filter_size; ++i) to[i] = reference::is_positive(from[i]) ? mean : -mean;
  }
}

}  // namespace nightjar
