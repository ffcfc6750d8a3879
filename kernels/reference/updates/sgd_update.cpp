#include "kernels/ops/updates/sgd_update.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::SgdUpdate::define(Inputs ins, Outputs outs) const {
  const auto in = [&](std::size_t i) { return reference::array(ins[i]); };
  const auto out = [&](std::size_t i) { return static_cast<float*>(outs[i].data); };
  const Rates rates = Rates::at(in(3));
  const double decay = decays ? double{rates.decay} / rates.share : 0;
  for (std::int64_t i = 0; i < shape.size(); ++i) {
    const float parameter = in(0)[i], sum = in(1)[i], before = in(2)[i];
    const double velocity =
        double{rates.momentum} * before - double{rates.gradient_scale} * sum - decay * parameter;
    const double step = double{factor} * rates.rate * rates.share * velocity;
    const bool applies = rates.applies != 0;
    out(0)[i] = applies ? static_cast<float>(parameter + step) : parameter;
    out(1)[i] = 0;
    out(2)[i] = applies ? static_cast<float>(velocity) : before;
  }
}

}  // namespace nightjar
