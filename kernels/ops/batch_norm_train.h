#pragma once

#include "kernels/ops/batch_norm.h"

namespace nightjar::ops {

// out = scale[c] * (in - mean[c]) / s[c] + bias[c], with the mean and the variance of the batch (both over
// images and cells). The rolling ones, for inference, move towards them: rolling += share * (new - rolling),
// with the variance by N - 1. s, by form:
//   exact      sqrt(variance by N + 1e-5), the usual
//   unbiased   sqrt(variance by N - 1 + 1e-5)
//   alexeyab   as unbiased
//   pjreddie   sqrt(variance by N - 1) + 1e-6
struct BatchNormTrain {
  static constexpr double epsilon = BatchNorm::epsilon;
  enum class Form : std::uint8_t { exact, unbiased, alexeyab, pjreddie };
  Shape shape;
  Form form = Form::exact;
  float share = .1f;

  Operands reads() const {
    const Shape channels{shape.c, 1, 1};
    return {data("image", shape), shared("biases", channels), shared("scales", channels),
            shared("rolling mean", channels), shared("rolling variance", channels)};
  }
  Operands writes() const {
    const Shape channels{shape.c, 1, 1};
    return {data("normalised", shape), shared("rolling mean", channels),
            shared("rolling variance", channels)};
  }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "batchnorm of the batch"; }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const;

  // What a centred value is divided by; `variance` is by count - 1.
  double deviation(double variance, double count) const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
