#pragma once

#include <cmath>

#include "kernels/ops/batch_norm.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// out = act(scale[c] * (in - mean[c]) / s[c] + bias[c]), with the mean and the variance of the batch (both
// over images and cells). The rolling ones, for inference, move towards them: rolling += share * (new -
// rolling), with the variance by N - 1. s, by form:
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
  Activation activation = Activation::linear;  // one whose slope its output tells

  // Of a channel of the batch, the variance by N - 1; kept for the gradient, each as a float and what that
  // leaves of it, because a rounded mean would not do where little is left of a difference.
  struct Moments {
    double mean = 0, variance = 0;

    static constexpr int floats = 4;
    static Shape shape(int channels) { return {channels, 1, floats}; }
    NIGHTJAR_FORMULA static Moments at(const float* kept, int c) {
      const float* own = kept + static_cast<std::ptrdiff_t>(c) * floats;
      return {static_cast<double>(own[0]) + own[1], static_cast<double>(own[2]) + own[3]};
    }
    NIGHTJAR_FORMULA void keep(float* kept, int c) const {
      float* own = kept + static_cast<std::ptrdiff_t>(c) * floats;
      own[0] = static_cast<float>(mean);
      own[1] = static_cast<float>(mean - own[0]);
      own[2] = static_cast<float>(variance);
      own[3] = static_cast<float>(variance - own[2]);
    }
  };

  Operands reads() const {
    const Shape channels{shape.c, 1, 1};
    return {data("image", shape), shared("biases", channels), shared("scales", channels),
            shared("rolling mean", channels), shared("rolling variance", channels)};
  }
  Operands writes() const {
    const Shape channels{shape.c, 1, 1};
    return {data("normalised", shape), shared("rolling mean", channels), shared("rolling variance", channels),
            shared("moments", Moments::shape(shape.c))};
  }
  bool agrees() const { return has_slope_by_output(activation); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "batchnorm of the batch" + plus_activation(activation); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const;

  // What a centred value is divided by; `variance` is by count - 1.
  NIGHTJAR_FORMULA static double deviation(Form form, double variance, double count) {
    if (form == Form::exact) variance *= (count - 1) / count;
    return form == Form::pjreddie ? std::sqrt(variance) + 1e-6 : std::sqrt(variance + epsilon);
  }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
