#include "kernels/ops/losses/cost.h"

#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {
namespace {

struct Term {
  double loss, delta;  // delta: minus the gradient
};

Term term_of(ops::Cost::Type type, double difference) {
  const double size = std::abs(difference), sign = difference > 0 ? 1 : -1;
  switch (type) {
    case ops::Cost::Type::sse:
      return {difference * difference, difference};
    case ops::Cost::Type::l1:
      return {size, difference == 0 ? 0 : sign};
    case ops::Cost::Type::smooth:
      return size < 1 ? Term{difference * difference, difference} : Term{2 * size - 1, sign};
  }
  return {};  // no such type
}

}  // namespace

void ops::Cost::define(Inputs ins, Outputs outs) const {
  reference::fill_with_zeros(outs[1]);
  for (int n = 0; n < ins[0].batch; ++n) {
    double loss = 0;
    for (std::int64_t i = 0; i < shape.size(); ++i) {
      const Term term = term_of(type, double{*ins[1].flat(n, i)} - *ins[0].flat(n, i));
      loss += term.loss;
      *outs[0].flat(n, i) = static_cast<float>(-term.delta * scale);
    }
    *outs[1].at(n, LossParts::sum, 0, 0) = static_cast<float>(loss);
  }
}

}  // namespace nightjar
