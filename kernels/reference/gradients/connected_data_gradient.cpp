#include "kernels/ops/gradients/connected_data_gradient.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::ConnectedDataGradient::define(Inputs ins, Outputs outs) const {
  const float* weights = reference::array(ins[1]);
  const std::int64_t inputs = connected.in.size();
  for (int n = 0; n < outs[0].batch; ++n) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      double sum = 0;
      for (int o = 0; o < connected.outputs; ++o) sum += double{weights[o * inputs + i]} * *ins[0].flat(n, o);
      *outs[0].flat(n, i) = static_cast<float>(sum);
    }
  }
}

}  // namespace nightjar
