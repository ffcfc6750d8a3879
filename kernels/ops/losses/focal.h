// Cross entropies of probabilities that are given by their logits, on a CPU and on a GPU.
#pragma once

#include <cmath>

#include "kernels/activation.h"

namespace nightjar {

NIGHTJAR_FORMULA double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// Of a probability p = sigmoid(logit), and the gradient by the logit.
struct EntropyTerm {
  double loss, gradient;
};
NIGHTJAR_FORMULA EntropyTerm cross_entropy(double logit, double p, double target) {
  return {(logit > 0 ? logit : 0) - logit * target + std::log1p(std::exp(-std::fabs(logit))), p - target};
}
// The same times |target - p|^2, through which the gradient goes, too [Lin et al. 2017, gamma 2].
NIGHTJAR_FORMULA EntropyTerm focal(double logit, double p, double target) {
  const EntropyTerm entropy = cross_entropy(logit, p, target);
  const double miss = std::fabs(target - p);
  const double of_miss = (target > .5 ? -1 : 1) * p * (1 - p);
  return {entropy.loss * miss * miss, entropy.gradient * miss * miss + entropy.loss * 2 * miss * of_miss};
}

}  // namespace nightjar
