#include "kernels/ops/dropout.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Dropout::define(Inputs ins, Outputs outs) const {
  const Draw draw(reference::array(ins[1]), who);
  const float factor = 1 / (1 - probability);
  std::uint64_t number = 0;
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const bool stays = draw.uniform(number++) >= probability;
    *outs[0].at(n, c, y, x) = stays ? factor * *ins[0].at(n, c, y, x) : 0;
  });
}

}  // namespace nightjar
