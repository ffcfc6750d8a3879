#include "kernels/ops/normalize_channels.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"
#include "kernels/reference/normalize.h"

namespace nightjar {
namespace reference {
namespace {

void normalize_length(std::vector<double>& values) {
  double squares = 0;
  for (const double value : values) squares += value * value;
  if (squares == 0) return;
  for (double& value : values) value /= std::sqrt(squares);
}

}  // namespace

void normalize(std::vector<double>& values, ops::NormalizeChannels::Form form) {
  using Form = ops::NormalizeChannels::Form;
  if (form == Form::l2) return normalize_length(values);
  const double shift = form == Form::softmax_maxval ? *std::max_element(values.begin(), values.end()) : 0;
  double sum = normalizer_floor;
  for (double& value : values) {
    value = form == Form::relu ? std::max(value, 0.) : std::exp(value - shift);
    sum += value;
  }
  for (double& value : values) value /= sum;
}

}  // namespace reference

void ops::NormalizeChannels::define(Inputs ins, Outputs outs) const {
  std::vector<double> values(shape.c);
  for (int n = 0; n < outs[0].batch; ++n)
    for (int y = 0; y < shape.h; ++y)
      for (int x = 0; x < shape.w; ++x) {
        for (int c = 0; c < shape.c; ++c) values[c] = *ins[0].at(n, c, y, x);
        reference::normalize(values, form);
        for (int c = 0; c < shape.c; ++c) *outs[0].at(n, c, y, x) = static_cast<float>(values[c]);
      }
}

}  // namespace nightjar
