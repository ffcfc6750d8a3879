#include "kernels/ops/gradients/batch_norm_gradient.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar {

using Channel = ops::BatchNormGradient::Channel;

void ops::BatchNormGradient::define(Inputs ins, Outputs outs) const {
  const std::size_t once = activation == Activation::linear ? 2 : 3;  // what there is once comes behind
  const auto array = [&](std::size_t i) { return reference::array(ins[once + i]); };
  for (int c = 0; c < shape.c; ++c) {
    const auto moments = BatchNormTrain::Moments::at(array(1), c);
    const Channel channel{form, static_cast<double>(ins[0].pixels()), moments.variance, array(0)[c]};
    const auto gradient_at = [&](int n, int y, int x) {
      const double gradient = *ins[1].at(n, c, y, x);
      if (once == 2) return gradient;
      return gradient * reference::slope(activation, *ins[2].at(n, c, y, x));
    };
    double sum = 0, products = 0;
    reference::for_each_cell(ins[0], [&](int n, int y, int x) {
      const double gradient = gradient_at(n, y, x);
      sum += gradient;
      products += gradient * (*ins[0].at(n, c, y, x) - moments.mean);
    });
    const Channel::Linear of = channel.linear(sum, products);
    reference::for_each_cell(ins[0], [&](int n, int y, int x) {
      const double distance = *ins[0].at(n, c, y, x) - moments.mean;
      *outs[0].at(n, c, y, x) =
          static_cast<float>(gradient_at(n, y, x) * of.factor + distance * of.of_distance + of.rest);
    });
    static_cast<float*>(outs[1].data)[c] = static_cast<float>(array(2)[c] + products / channel.deviation());
    static_cast<float*>(outs[2].data)[c] = static_cast<float>(array(3)[c] + sum);
  }
}

}  // namespace nightjar
