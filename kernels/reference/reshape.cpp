#include "kernels/ops/reshape.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Reshape::define(Inputs ins, Outputs outs) const {
  const std::int64_t values = in.size(), columns = values / rows;
  for (int n = 0; n < outs[0].batch; ++n)
    for (std::int64_t i = 0; i < out.size(); ++i)
      reference::flat(outs[0], n, i) =
          i < values ? reference::flat(ins[0], n, i % rows * columns + i / rows) : 0;
}

}  // namespace nightjar
