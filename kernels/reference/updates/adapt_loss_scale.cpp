#include "kernels/ops/updates/adapt_loss_scale.h"

#include <cmath>

#include "kernels/reference/updates/sum_of_squares.h"

namespace nightjar {

void ops::AdaptLossScale::define(Inputs ins, Outputs outs) const {
  Rates rates = Rates::at(reference::array(ins[sums.size()]));
  LossScale scale = LossScale::at(reference::array(ins[sums.size() + 1]));
  // No float's square is beyond a double.
  adapt(rates, scale, std::isfinite(reference::sum_of_squares(ins.first(sums.size()))));
  rates.put(static_cast<float*>(outs[0].data));
  scale.put(static_cast<float*>(outs[1].data));
}

}  // namespace nightjar
