#include "kernels/ops/batch_norm_train.h"

#include "kernels/reference/moments.h"
#include "kernels/reference/reference.h"

namespace nightjar {

void ops::BatchNormTrain::define(Inputs ins, Outputs outs) const {
  const auto in = [&](std::size_t i) { return reference::array(ins[i]); };
  for (int c = 0; c < shape.c; ++c) {
    const reference::Moments m = reference::moments_of(ins[0], c);
    const double bias = in(1)[c], factor = in(2)[c] / deviation(form, m.variance, m.count);
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
    float* kept = static_cast<float*>(outs[3].data) + std::ptrdiff_t{c} * moments;
    for (const double moment : {m.mean, m.variance}) {
      *kept++ = static_cast<float>(moment);
      *kept++ = static_cast<float>(moment - static_cast<float>(moment));
    }
  }
}

}  // namespace nightjar
