#include "tests/engine/plain_layers.h"

#include <cmath>

namespace nightjar::testing {

Numbers PlainWeights::take(int count, double low, double high) {
  std::uniform_real_distribution<float> uniform(static_cast<float>(low), static_cast<float>(high));
  Numbers values;
  for (int i = 0; i < count; ++i) {
    floats_.push_back(uniform(random_));
    values.push_back(floats_.back());
  }
  return values;
}

double plain_logistic(double x) {
  return 1 / (1 + std::exp(-x));
}
double plain_leaky(double x) {
  return x > 0 ? x : .1 * x;
}
double plain_tanh(double x) {
  return std::tanh(x);
}

Numbers each(Function f, Numbers values) {
  for (double& v : values) v = f(v);
  return values;
}
Numbers sum(Numbers a, const Numbers& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}
Numbers product(Numbers a, const Numbers& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] *= b[i];
  return a;
}
Numbers joined(Numbers a, const Numbers& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

PlainDense::PlainDense(int inputs, int outputs, bool batch_normalize, PlainWeights& file)
    : biases_(file.take(outputs, -.2, .2)),
      weights_(file.take(inputs * outputs, -1.5 / std::sqrt(inputs), 1.5 / std::sqrt(inputs))) {
  if (!batch_normalize) return;
  scales_ = file.take(outputs, .6, 1);
  means_ = file.take(outputs, -.1, .1);
  variances_ = file.take(outputs, .8, 1.2);
}

Numbers PlainDense::operator()(const Numbers& in) const {
  Numbers out;
  for (std::size_t o = 0; o < biases_.size(); ++o) {
    double total = 0;
    for (std::size_t i = 0; i < in.size(); ++i) total += weights_[o * in.size() + i] * in[i];
    if (!scales_.empty()) total = scales_[o] * (total - means_[o]) / std::sqrt(variances_[o] + 1e-5);
    out.push_back(total + biases_[o]);
  }
  return out;
}

PlainConvolution::PlainConvolution(const Shape& in, int filters, const Window& window, bool batch_normalize,
                                   PlainWeights& file)
    : in_(in), filters_(filters), window_(window), biases_(file.take(filters, -.2, .2)) {
  if (batch_normalize) {
    scales_ = file.take(filters, .6, 1);
    means_ = file.take(filters, -.1, .1);
    variances_ = file.take(filters, .8, 1.2);
  }
  const int taps = in.c / window.groups * window.size * window.size;
  weights_ = file.take(filters * taps, -1.5 / std::sqrt(taps), 1.5 / std::sqrt(taps));
}

Numbers PlainConvolution::operator()(const Numbers& in) const {
  Numbers out;
  for (int f = 0; f < filters_; ++f) {
    const auto i = static_cast<std::size_t>(f);
    for (int y = 0; y < in_.h; ++y) {
      for (int x = 0; x < in_.w; ++x) {
        double value = window_sum(in, f, y, x);
        if (!scales_.empty()) value = scales_[i] * (value - means_[i]) / std::sqrt(variances_[i] + 1e-5);
        out.push_back(value + biases_[i]);
      }
    }
  }
  return out;
}

double PlainConvolution::window_sum(const Numbers& in, int filter, int y, int x) const {
  const int channels = in_.c / window_.groups, first = filter / (filters_ / window_.groups) * channels;
  const int size = window_.size;
  double total = 0;
  for (int c = 0; c < channels; ++c) {
    for (int ky = 0; ky < size; ++ky) {
      for (int kx = 0; kx < size; ++kx) {
        const int row = y + (ky - size / 2) * window_.dilation,
                  column = x + (kx - size / 2) * window_.dilation;
        if (row < 0 || row >= in_.h || column < 0 || column >= in_.w) continue;
        const int weight = ((filter * channels + c) * size + ky) * size + kx;
        total += weights_[static_cast<std::size_t>(weight)] *
                 in[static_cast<std::size_t>(((first + c) * in_.h + row) * in_.w + column)];
      }
    }
  }
  return total;
}

}  // namespace nightjar::testing
