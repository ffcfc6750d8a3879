#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Weights and biases that compute what a sum and the batch normalisation behind it did:
//   factor[n] = scale[n] / sqrt(variance[n] + 1e-5)
//   folded weights[n] = weights[n] * factor[n]    folded biases[n] = biases[n] - mean[n] * factor[n]
struct FoldBatchNorm {
  Shape weights;  // (filters, channels, taps)

  Operands reads() const {
    const Shape filters{weights.c, 1, 1};
    return {constant("weights", weights), constant("biases", filters), constant("scales", filters),
            constant("mean", filters), constant("variance", filters)};
  }
  Operands writes() const {
    Operands folded{constant("folded weights", weights), constant("folded biases", {weights.c, 1, 1})};
    folded[0].overlays = 0;
    folded[1].overlays = 1;
    return folded;
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "fold batchnorm"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;

 private:
  static Operand constant(const char* name, const Shape& shape) {
    return {name, parameter_of(shape), Role::data, shape.size()};
  }
};

}  // namespace nightjar::ops
