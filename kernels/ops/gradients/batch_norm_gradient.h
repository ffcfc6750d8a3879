#pragma once

#include "kernels/ops/batch_norm_train.h"

namespace nightjar::ops {

// Of BatchNormTrain: by its input, and the sums of those by scales and biases. `gradient` below is that by
// what went into the activation: times its slope at what came out. x^ is the normalised input, N the elements
// of a channel of the batch:
//   scales  += sum of gradient * x^
//   biases  += sum of gradient
//   exact:    scale / s * (gradient - mean(gradient) - x^ * sum(gradient * x^) / M), s the deviation that
//             was divided by, M the N or N - 1 in it
//   darknet:  the derivative that both Darknets take, which is not the exact one (docs/darknet-format.md
//             section 12.3)
struct BatchNormGradient {
  Shape shape;
  BatchNormTrain::Form form = BatchNormTrain::Form::exact;
  Activation activation = Activation::linear;

  // What the gradients by all elements of a channel have in common.
  struct Channel {
    BatchNormTrain::Form form;
    double count, variance, scale;  // of the batch; the variance by count - 1

    NIGHTJAR_FORMULA double deviation() const { return BatchNormTrain::deviation(form, variance, count); }
    // gradient -> gradient * factor + (image - mean) * of_distance + rest
    struct Linear {
      double factor, of_distance, rest;
    };
    // `sum` of gradients, `products` of gradient * (image - mean).
    NIGHTJAR_FORMULA Linear linear(double sum, double products) const {
      using Form = BatchNormTrain::Form;
      if (form == Form::exact || form == Form::unbiased) {
        const double factor = scale / deviation(), divided_by = form == Form::exact ? count : count - 1;
        return {factor, -factor * products / (deviation() * deviation() * divided_by), -factor * sum / count};
      }
      // Darknet's: factor, 2 dvar / N, dmean / N.
      const double v = variance + BatchNormTrain::epsilon;
      const double of_mean = -sum * scale / std::sqrt(v),
                   of_variance = products * scale * -.5 * std::pow(v, -1.5);
      const double divisor =
          form == Form::pjreddie ? std::sqrt(v) : std::sqrt(variance) + BatchNormTrain::epsilon;
      return {scale / divisor, 2 * of_variance / count, of_mean / count};
    }
  };

  Operands reads() const {
    const Shape channels{shape.c, 1, 1};
    Operands all{data("image", shape), data("gradient", shape)};
    if (activation != Activation::linear) all.push_back(data("activated", shape));
    all.push_back(shared("scales", channels));
    all.push_back(shared("moments", BatchNormTrain::Moments::shape(shape.c)));
    all.push_back(shared("scales' sum", channels));
    all.push_back(shared("biases' sum", channels));
    return all;
  }
  Operands writes() const {
    const Shape channels{shape.c, 1, 1};
    return {data("gradient", shape), shared("scales' sum", channels), shared("biases' sum", channels)};
  }
  bool agrees() const { return has_slope_by_output(activation); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "gradient of batchnorm" + plus_activation(activation); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
