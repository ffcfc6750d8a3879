#include "kernels/ops/connected.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar {

void ops::Connected::define(Inputs ins, Outputs outs) const {
  const std::int64_t inputs = in.size();
  const float *weights = reference::array(ins[1]), *biases = bias ? reference::array(ins[2]) : nullptr;
  reference::for_each_element(outs[0], [&](int n, int o, int, int) {
    double sum = biases ? biases[o] : 0;
    for (std::int64_t i = 0; i < inputs; ++i) sum += double{weights[o * inputs + i]} * *ins[0].flat(n, i);
    *outs[0].at(n, o, 0, 0) = reference::activate(activation, static_cast<float>(sum));
  });
}

}  // namespace nightjar
