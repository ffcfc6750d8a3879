#include "kernels/ops/losses/scale_loss.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::ScaleLoss::define(Inputs ins, Outputs outs) const {
  const float scale = LossScale::at(reference::array(ins[1])).scale;
  reference::for_each_element(
      outs[0], [&](int n, int c, int y, int x) { *outs[0].at(n, c, y, x) = *ins[0].at(n, c, y, x) * scale; });
}

}  // namespace nightjar
