#include "kernels/ops/gradients/add_source_gradient.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/sources.h"

namespace nightjar {

void ops::AddSourceGradient::define(Inputs ins, Outputs outs) const {
  const float* stored = add.weights == Add::Weights::none ? nullptr : reference::array(ins[1]);
  const auto at = static_cast<std::size_t>(source);
  reference::fill_with_zeros(outs[0]);
  reference::for_each_element(ins[0], [&](int n, int c, int y, int x) {
    const auto cell = reference::cell_of_source(add.sources[at], add.shape(), c, y, x);
    if (!cell) return;
    const double weight = reference::source_weights(add, stored, c)[at];
    *outs[0].at(n, c, cell->y, cell->x) = static_cast<float>(weight * *ins[0].at(n, c, y, x));
  });
}

}  // namespace nightjar
