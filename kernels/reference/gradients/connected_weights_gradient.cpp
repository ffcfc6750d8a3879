#include "kernels/ops/gradients/connected_weights_gradient.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::ConnectedWeightsGradient::define(Inputs ins, Outputs outs) const {
  const float* so_far = reference::array(ins[2]);
  auto* sums = static_cast<float*>(outs[0].data);
  const std::int64_t inputs = connected.in.size();
  for (int o = 0; o < connected.outputs; ++o) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      double sum = so_far[o * inputs + i];
      for (int n = 0; n < ins[0].batch; ++n) sum += double{*ins[1].flat(n, o)} * *ins[0].flat(n, i);
      sums[o * inputs + i] = static_cast<float>(sum);
    }
  }
}

}  // namespace nightjar
