#include "kernels/ops/updates/clip_gradients.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::ClipGradients::define(Inputs ins, Outputs outs) const {
  double squares = 0;
  for (std::size_t s = 0; s < sums.size(); ++s) {
    const float* sum = reference::array(ins[s]);
    for (std::int64_t i = 0; i < sums[s].size(); ++i) squares += double{sum[i]} * sum[i];
  }
  Rates rates = Rates::at(reference::array(ins[sums.size()]));
  const double length = rates.share * std::sqrt(squares);
  rates.gradient_scale *= static_cast<float>(std::min(1., longest / (length + epsilon)));
  const auto values = rates.values();
  std::copy(values.begin(), values.end(), static_cast<float*>(outs[0].data));
}

}  // namespace nightjar
