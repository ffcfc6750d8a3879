#include "kernels/ops/losses/softmax_loss.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::SoftmaxLoss::define(Inputs ins, Outputs outs) const {
  constexpr float least = 1e-30f;  // a probability of 0 has a finite loss
  reference::fill_with_zeros(outs[1]);
  for (int n = 0; n < ins[0].batch; ++n) {
    double loss = 0;
    for (std::int64_t i = 0; i < shape.size(); ++i) {
      const float p = *ins[0].flat(n, i), truth = *ins[1].flat(n, i);
      if (truth != 0) loss -= truth * std::log(double{std::max(p, least)});
      *outs[0].flat(n, i) = p - truth;
    }
    *outs[1].at(n, LossParts::sum, 0, 0) = static_cast<float>(loss);
  }
}

}  // namespace nightjar
