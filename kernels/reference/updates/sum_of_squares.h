// Of all gradients together.
#pragma once

#include "kernels/ops/op.h"
#include "kernels/reference/elements.h"

namespace nightjar::reference {

inline double sum_of_squares(Inputs sums) {
  double squares = 0;
  for (const Tensor& sum : sums)
    for (std::int64_t i = 0; i < sum.shape.size(); ++i) squares += double{array(sum)[i]} * array(sum)[i];
  return squares;
}

}  // namespace nightjar::reference
