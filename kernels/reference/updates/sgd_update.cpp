#include "kernels/ops/updates/sgd_update.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::SgdUpdate::define(Inputs ins, Outputs outs) const {
  const auto in = [&](std::size_t i) { return reference::array(ins[i]); };
  const auto out = [&](std::size_t i) { return static_cast<float*>(outs[i].data); };
  const Rates rates = Rates::at(in(3));
  const double decay = decays ? double{rates.decay} / rates.share : 0;
  for (std::int64_t i = 0; i < shape.size(); ++i) {
    const double velocity =
        double{rates.momentum} * in(2)[i] - double{rates.gradient_scale} * in(1)[i] - decay * in(0)[i];
    out(0)[i] = static_cast<float>(in(0)[i] + double{factor} * rates.rate * rates.share * velocity);
    out(1)[i] = 0;
    out(2)[i] = static_cast<float>(velocity);
  }
}

}  // namespace nightjar
