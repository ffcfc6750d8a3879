#include "kernels/ops/batch_norm_train.h"

#include <cmath>

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar {

using Moments = ops::BatchNormTrain::Moments;

namespace {

Moments moments_of(const Tensor& image, int c) {
  const auto count = static_cast<double>(image.pixels());
  double sum = 0, squares = 0;
  reference::for_each_cell(image, [&](int n, int y, int x) { sum += *image.at(n, c, y, x); });
  const double mean = sum / count;
  reference::for_each_cell(image, [&](int n, int y, int x) {
    const double centred = *image.at(n, c, y, x) - mean;
    squares += centred * centred;
  });
  return {mean, count > 1 ? squares / (count - 1) : 0};
}

}  // namespace

void ops::BatchNormTrain::define(Inputs ins, Outputs outs) const {
  const auto in = [&](std::size_t i) { return reference::array(ins[i]); };
  for (int c = 0; c < shape.c; ++c) {
    const Moments m = moments_of(ins[0], c);
    const double count = static_cast<double>(ins[0].pixels());
    const double bias = in(1)[c], factor = in(2)[c] / deviation(form, m.variance, count);
    reference::for_each_cell(ins[0], [&](int n, int y, int x) {
      const double normalised = factor * (*ins[0].at(n, c, y, x) - m.mean) + bias;
      *outs[0].at(n, c, y, x) = reference::activate(activation, static_cast<float>(normalised));
    });
    const auto roll = [&](std::size_t input, double value) {
      static_cast<float*>(outs[input - 2].data)[c] =
          static_cast<float>((1 - share) * in(input)[c] + share * value);
    };
    roll(3, m.mean);
    roll(4, m.variance);
    m.keep(static_cast<float*>(outs[3].data), c);
  }
}

}  // namespace nightjar
