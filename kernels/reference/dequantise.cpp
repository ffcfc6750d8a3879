#include "kernels/ops/dequantise.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Dequantise::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    *outs[0].at(n, c, y, x) = scale * *ins[0].element<std::int8_t>(n, c, y, x);
  });
}

}  // namespace nightjar
