#include "kernels/ops/updates/average_weights.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::AverageWeights::define(Inputs ins, Outputs outs) const {
  const float *parameter = reference::array(ins[0]), *average = reference::array(ins[1]);
  const double share = 1 - double{Rates::at(reference::array(ins[2])).kept};
  for (std::int64_t i = 0; i < shape.size(); ++i)
    static_cast<float*>(outs[0].data)[i] =
        static_cast<float>(average[i] + share * (double{parameter[i]} - average[i]));
}

}  // namespace nightjar
