#include "kernels/ops/updates/adam_update.h"

#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::AdamUpdate::define(Inputs ins, Outputs outs) const {
  const auto in = [&](std::size_t i) { return reference::array(ins[i]); };
  const auto out = [&](std::size_t i) { return static_cast<float*>(outs[i].data); };
  const Rates rates = Rates::at(in(4));
  const double decay = decays ? rates.decay : 0, step = double{factor} * rates.rate;
  const double share = double{rates.share} * rates.gradient_scale;
  const double first_known = 1 - std::pow(double{rates.momentum}, double{rates.update});
  const double second_known = 1 - std::pow(double{rates.second}, double{rates.update});
  for (std::int64_t i = 0; i < shape.size(); ++i) {
    const double parameter = in(0)[i];
    const double g = share * in(1)[i] + (decoupled ? 0 : decay * parameter);
    const double first = double{rates.momentum} * in(2)[i] + (1 - double{rates.momentum}) * g;
    const double second = double{rates.second} * in(3)[i] + (1 - double{rates.second}) * g * g;
    const double direction = first / first_known / (std::sqrt(second / second_known) + rates.epsilon);
    const bool applies = rates.applies != 0;
    out(0)[i] = static_cast<float>(
        applies ? parameter - step * (direction + (decoupled ? decay * parameter : 0)) : parameter);
    out(1)[i] = 0;
    out(2)[i] = applies ? static_cast<float>(first) : in(2)[i];
    out(3)[i] = applies ? static_cast<float>(second) : in(3)[i];
  }
}

}  // namespace nightjar
