#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Weights that blur each channel alike: w[ky][kx] = b[ky] * b[kx] with b[k] = binomial(size - 1, k) / 2^(size
// - 1). 2: a quarter each. 3: 1 2 1, 2 4 2, 1 2 1 sixteenths. Nothing is read: it is constant.
struct BinomialFilter {
  static constexpr int max_size = 16;  // beyond, a float does not hold the binomials
  int channels = 1, size = 3;

  Shape weights() const { return {channels, 1, size * size}; }
  Operands reads() const { return {}; }
  Operands writes() const {
    return {{"binomial weights", parameter_of(weights()), Role::data, weights().size()}};
  }
  bool agrees() const { return channels > 0 && size > 0 && size <= max_size; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "binomial filter"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
