#include "kernels/ops/updates/clip_gradients.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/updates/sum_of_squares.h"

namespace nightjar {

void ops::ClipGradients::define(Inputs ins, Outputs outs) const {
  const double squares = reference::sum_of_squares(ins.first(sums.size()));
  Rates rates = Rates::at(reference::array(ins[sums.size()]));
  const double length = double{rates.gradient_scale} * rates.share * std::sqrt(squares);
  rates.gradient_scale *= static_cast<float>(std::min(1., longest / (length + epsilon)));
  rates.put(static_cast<float*>(outs[0].data));
}

}  // namespace nightjar
