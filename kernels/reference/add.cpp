#include "kernels/ops/add.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/normalize.h"
#include "kernels/reference/reference.h"

namespace nightjar {
namespace {

// The weight of each source for channel c, normalised over the sources.
std::vector<double> source_weights(const ops::Add& op, const float* weights, int c) {
  std::vector<double> result(op.sources.size(), 1.);
  if (op.weights == ops::Add::Weights::none) return result;
  const bool per_channel = op.weights == ops::Add::Weights::per_channel;
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = weights[per_channel ? i * op.shape().c + c : i];
  if (op.normalization == ops::Add::Normalization::relu)
    reference::normalize(result, ops::NormalizeChannels::Form::relu);
  if (op.normalization == ops::Add::Normalization::softmax)
    reference::normalize(result, ops::NormalizeChannels::Form::softmax_maxval);
  return result;
}

// What `source` adds at a cell of the output: pjreddie's rule for another size (docs/darknet-format.md
// section 5.5).
float addend(const Tensor& source, Shape shape, int n, int c, int y, int x) {
  const int stride = std::max(1, source.shape.w / shape.w), sample = std::max(1, shape.w / source.shape.w);
  const bool lands = y % sample == 0 && x % sample == 0;
  const int row = y / sample, column = x / sample;
  const bool exists = c < source.shape.c && row < source.shape.h && column < source.shape.w;
  return lands && exists ? *source.at(n, c, row * stride, column * stride) : 0;
}

}  // namespace

void ops::Add::define(Inputs ins, Outputs outs) const {
  const float* stored = weights == Weights::none ? nullptr : reference::array(ins[sources.size()]);
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const std::vector<double> weight = source_weights(*this, stored, c);
    double sum = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) sum += weight[i] * addend(ins[i], shape(), n, c, y, x);
    *outs[0].at(n, c, y, x) = reference::activate(activation, static_cast<float>(sum));
  });
}

}  // namespace nightjar
