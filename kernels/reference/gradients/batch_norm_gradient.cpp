#include "kernels/ops/gradients/batch_norm_gradient.h"

#include <cmath>

#include "kernels/reference/moments.h"

namespace nightjar {
namespace {

using Form = ops::BatchNormTrain::Form;
constexpr double epsilon = ops::BatchNormTrain::epsilon;

// What the gradients by all elements of a channel have in common.
struct Channel {
  reference::Moments moments;
  double deviation, scale;
  Form form;
  double sum = 0, sum_of_products = 0;  // of gradients, and of gradient * x^

  double normalised(double x) const { return (x - moments.mean) / deviation; }

  double exact(double x, double gradient) const {
    const double divided_by = form == Form::exact ? moments.count : moments.count - 1;
    return scale / deviation *
           (gradient - sum / moments.count - normalised(x) * sum_of_products / divided_by);
  }
  // delta / deviation + 2 dvar (x - mean) / N + dmean / N, dvar and dmean from scaled gradients.
  double darknet(double x, double gradient) const {
    const double v = moments.variance + epsilon;
    const double of_mean = -sum * scale / std::sqrt(v);
    const double of_variance = sum_of_products * deviation * scale * -.5 * std::pow(v, -1.5);
    const double divisor = form == Form::pjreddie ? std::sqrt(v) : std::sqrt(moments.variance) + epsilon;
    return gradient * scale / divisor + (2 * of_variance * (x - moments.mean) + of_mean) / moments.count;
  }
  double of_input(double x, double gradient) const {
    const bool is_exact = form == Form::exact || form == Form::unbiased;
    return is_exact ? exact(x, gradient) : darknet(x, gradient);
  }
};

}  // namespace

void ops::BatchNormGradient::define(Inputs ins, Outputs outs) const {
  const auto in = [&](std::size_t i) { return reference::array(ins[i]); };
  for (int c = 0; c < shape.c; ++c) {
    const reference::Moments m = reference::moments_of(ins[0], c);
    const double deviation = BatchNormTrain{shape, form}.deviation(m.variance, m.count);
    Channel channel{m, deviation, in(2)[c], form};
    reference::for_each_cell(ins[0], [&](int n, int y, int x) {
      const double gradient = *ins[1].at(n, c, y, x);
      channel.sum += gradient;
      channel.sum_of_products += gradient * channel.normalised(*ins[0].at(n, c, y, x));
    });
    reference::for_each_cell(ins[0], [&](int n, int y, int x) {
      *outs[0].at(n, c, y, x) =
          static_cast<float>(channel.of_input(*ins[0].at(n, c, y, x), *ins[1].at(n, c, y, x)));
    });
    static_cast<float*>(outs[1].data)[c] = static_cast<float>(in(3)[c] + channel.sum_of_products);
    static_cast<float*>(outs[2].data)[c] = static_cast<float>(in(4)[c] + channel.sum);
  }
}

}  // namespace nightjar
