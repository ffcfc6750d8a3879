// Values cell by cell: sums of layers, products, shares of a sum.
#include <algorithm>
#include <limits>

#include "engine/export/translation.h"
#include "kernels/ops/add.h"
#include "kernels/ops/multiply.h"
#include "kernels/ops/normalize_channels.h"

namespace nightjar {
namespace {

// Shares along an axis, which are those of a sum that 1e-4 was added to (kernels/reference/normalize.h).
OnnxTensor shares(const OnnxTensor& x, int axis, ops::NormalizeChannels::Form form) {
  using Form = ops::NormalizeChannels::Form;
  OnnxGraph& onnx = *x.graph;
  // A length of 0 divides zeros, which stay.
  if (form == Form::l2) {
    const OnnxTensor squares = onnx.add("ReduceSum", {x * x, onnx.integers({axis})});
    return x / onnx.add("Max", {onnx.add("Sqrt", {squares}), onnx.number(std::numeric_limits<float>::min())});
  }
  const auto maximum = [&] { return onnx.add("ReduceMax", {x}, {{"axes", Int64s{axis}}}); };
  const OnnxTensor terms = form == Form::relu      ? onnx.add("Relu", {x})
                           : form == Form::softmax ? onnx.add("Exp", {x})
                                                   : onnx.add("Exp", {x - maximum()});
  return terms / (onnx.add("ReduceSum", {terms, onnx.integers({axis})}) + 1e-4f);
}

// The weights of the sources, (1, channels or 1, 1, 1) each, normalised over the sources.
std::vector<OnnxTensor> source_weights(const ops::Add& op, Translation& t) {
  using Form = ops::NormalizeChannels::Form;
  const int channels = op.weights == ops::Add::Weights::per_channel ? op.shape().c : 1;
  OnnxTensor weights = t.array(op.inputs(), {op.inputs(), channels, 1, 1});
  if (op.normalization == ops::Add::Normalization::relu) weights = shares(weights, 0, Form::relu);
  if (op.normalization == ops::Add::Normalization::softmax)
    weights = shares(weights, 0, Form::softmax_maxval);
  return t.onnx.split(weights, 0, Int64s(op.sources.size(), 1));
}

// Channels that there are in both, and of a source `stride` times as large every so manieth cell.
OnnxTensor cut(const OnnxTensor& x, Shape from, Shape to, int stride) {
  const Int64s ends{std::min(from.c, to.c), std::min<std::int64_t>(from.h, std::int64_t{to.h} * stride),
                    std::min<std::int64_t>(from.w, std::int64_t{to.w} * stride)};
  OnnxGraph& onnx = *x.graph;
  return onnx.add("Slice", {x, onnx.integers({0, 0, 0}), onnx.integers(ends), onnx.integers({1, 2, 3}),
                            onnx.integers({1, stride, stride})});
}

// Zeros behind: channels, rows, columns.
OnnxTensor padded(const OnnxTensor& x, std::int64_t channels, std::int64_t rows, std::int64_t columns) {
  if (channels == 0 && rows == 0 && columns == 0) return x;
  return x.graph->add("Pad", {x, x.graph->integers({0, 0, 0, 0, 0, channels, rows, columns})},
                      {{"mode", "constant"}});
}

// A source in the shape of the sum, zeros where it adds nothing. What is `sample` times too small lands on
// every so manieth cell: its channels are the first of sample^2 times as many, which become cells.
OnnxTensor fitted(OnnxTensor x, Shape from, Shape to) {
  if (from == to) return x;
  const int stride = std::max(1, from.w / to.w), sample = std::max(1, to.w / from.w);
  const Shape common{std::min(from.c, to.c), std::min(from.h, to.h), std::min(from.w, to.w)};
  if (!(common == from)) x = cut(x, from, to, stride);
  if (sample > 1) {
    x = padded(x, std::int64_t{common.c} * (sample * sample - 1), 0, 0);
    x = x.graph->add("DepthToSpace", {x}, {{"blocksize", std::int64_t{sample}}, {"mode", "DCR"}});
  }
  return padded(x, to.c - common.c, to.h - std::int64_t{common.h} * sample,
                to.w - std::int64_t{common.w} * sample);
}

}  // namespace

OnnxTensor translate(const ops::Add& op, Translation& t) {
  std::vector<OnnxTensor> weights;
  if (op.weights != ops::Add::Weights::none) weights = source_weights(op, t);
  OnnxTensor sum;
  for (int i = 0; i < op.inputs(); ++i) {
    OnnxTensor source = fitted(t.in(i), op.sources[static_cast<std::size_t>(i)], op.shape());
    if (!weights.empty()) source = source * weights[static_cast<std::size_t>(i)];
    sum = i == 0 ? source : sum + source;
  }
  return activated(op.activation, sum);
}

// The factor is broadcast, whatever it lacks.
OnnxTensor translate(const ops::Multiply& op, Translation& t) {
  return activated(op.activation, t.in(0) * t.in(1));
}

OnnxTensor translate(const ops::NormalizeChannels& op, Translation& t) {
  return shares(t.in(), 1, op.form);
}

}  // namespace nightjar
