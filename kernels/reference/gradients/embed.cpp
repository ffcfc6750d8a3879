#include "kernels/ops/gradients/embed.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Embed::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const bool inside = c >= first && c < first + in.c;
    *outs[0].at(n, c, y, x) = inside ? *ins[0].at(n, c - first, y, x) : 0;
  });
}

}  // namespace nightjar
