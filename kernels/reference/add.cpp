#include "kernels/ops/add.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"
#include "kernels/reference/sources.h"

namespace nightjar {

void ops::Add::define(Inputs ins, Outputs outs) const {
  const float* stored = weights == Weights::none ? nullptr : reference::array(ins[sources.size()]);
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const std::vector<double> weight = reference::source_weights(*this, stored, c);
    double sum = 0;
    for (std::size_t i = 0; i < sources.size(); ++i)
      sum += weight[i] * reference::addend(ins[i], shape(), n, c, y, x);
    *outs[0].at(n, c, y, x) = reference::activate(activation, static_cast<float>(sum));
  });
}

}  // namespace nightjar
