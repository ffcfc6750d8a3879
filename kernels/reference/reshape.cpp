#include "kernels/ops/reshape.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Reshape::define(Inputs ins, Outputs outs) const {
  const std::int64_t values = in.size(), columns = values / rows;
  for (int n = 0; n < outs[0].batch; ++n)
    for (std::int64_t i = 0; i < out.size(); ++i)
      *outs[0].flat(n, i) = i < values ? *ins[0].flat(n, i % rows * columns + i / rows) : 0;
}

}  // namespace nightjar
