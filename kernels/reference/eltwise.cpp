// What acts on one value, or on the channels of one pixel: activation, batch norm, sums and products of
// tensors.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar::reference {

void run(const ops::Input&, Inputs, Arrays, const Tensor&) {}

void run(const ops::Activate& op, Inputs in, Arrays, const Tensor& out) {
  for_each_element(out, [&](int n, int c, int y, int x) {
    *out.at(n, c, y, x) = activate(op.activation, *in[0].at(n, c, y, x));
  });
}

void run(const ops::BatchNorm&, Inputs in, Arrays arrays, const Tensor& out) {
  const float *bias = arrays[0], *scale = arrays[1], *mean = arrays[2], *variance = arrays[3];
  for_each_element(out, [&](int n, int c, int y, int x) {
    const double centred = double{*in[0].at(n, c, y, x)} - mean[c];
    *out.at(n, c, y, x) = static_cast<float>(scale[c] * centred / std::sqrt(variance[c] + 1e-5) + bias[c]);
  });
}

namespace {

constexpr double normalizer_floor = 1e-4;  // Darknet adds it to the sum that it divides by

// Replaces the values of one pixel's channels, or of one channel's weights, by their shares.
void normalize(std::vector<double>& values, ops::NormalizeChannels::Kind kind) {
  using Kind = ops::NormalizeChannels::Kind;
  const double shift = kind == Kind::softmax_maxval ? *std::max_element(values.begin(), values.end()) : 0;
  double sum = normalizer_floor;
  for (double& value : values) {
    value = kind == Kind::relu ? std::max(value, 0.) : std::exp(value - shift);
    sum += value;
  }
  for (double& value : values) value /= sum;
}

}  // namespace

void run(const ops::NormalizeChannels& op, Inputs in, Arrays, const Tensor& out) {
  std::vector<double> values(op.shape.c);
  for (int n = 0; n < out.batch; ++n)
    for (int y = 0; y < op.shape.h; ++y)
      for (int x = 0; x < op.shape.w; ++x) {
        for (int c = 0; c < op.shape.c; ++c) values[c] = *in[0].at(n, c, y, x);
        normalize(values, op.kind);
        for (int c = 0; c < op.shape.c; ++c) *out.at(n, c, y, x) = static_cast<float>(values[c]);
      }
}

namespace {

// The weight of each input for channel c, normalised over the inputs.
std::vector<double> input_weights(const ops::Add& op, std::size_t inputs, const float* weights, int c) {
  std::vector<double> result(inputs, 1.);
  if (op.weights == ops::Add::Weights::none) return result;
  const bool per_channel = op.weights == ops::Add::Weights::per_channel;
  for (std::size_t i = 0; i < inputs; ++i) result[i] = weights[per_channel ? i * op.shape.c + c : i];
  if (op.normalization == ops::Add::Normalization::relu)
    normalize(result, ops::NormalizeChannels::Kind::relu);
  if (op.normalization == ops::Add::Normalization::softmax)
    normalize(result, ops::NormalizeChannels::Kind::softmax_maxval);
  return result;
}

// What `source` adds at a cell of the output: pjreddie's rule for another size (SEMANTICS.md 3.3, shortcut).
float addend(const Tensor& source, Shape shape, int n, int c, int y, int x) {
  const int stride = std::max(1, source.shape.w / shape.w), sample = std::max(1, shape.w / source.shape.w);
  const bool lands = y % sample == 0 && x % sample == 0;
  const int row = y / sample, column = x / sample;
  const bool exists = c < source.shape.c && row < source.shape.h && column < source.shape.w;
  return lands && exists ? *source.at(n, c, row * stride, column * stride) : 0;
}

}  // namespace

void run(const ops::Add& op, Inputs in, Arrays arrays, const Tensor& out) {
  const float* weights = arrays.empty() ? nullptr : arrays[0];
  for_each_element(out, [&](int n, int c, int y, int x) {
    const std::vector<double> weight = input_weights(op, in.size(), weights, c);
    double sum = 0;
    for (std::size_t i = 0; i < in.size(); ++i) sum += weight[i] * addend(in[i], op.shape, n, c, y, x);
    *out.at(n, c, y, x) = activate(op.activation, static_cast<float>(sum));
  });
}

void run(const ops::Multiply& op, Inputs in, Arrays, const Tensor& out) {
  using Factor = ops::Multiply::Factor;
  for_each_element(out, [&](int n, int c, int y, int x) {
    const float* factor = op.factor == Factor::per_channel ? in[0].at(n, c, 0, 0)
                          : op.factor == Factor::per_pixel ? in[0].at(n, 0, y, x)
                                                           : in[0].at(n, c, y, x);
    *out.at(n, c, y, x) = activate(op.activation, *factor * *in[1].at(n, c, y, x));
  });
}

}  // namespace nightjar::reference
