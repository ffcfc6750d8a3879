// Local response normalisation, in Darknet's form (kernels/ops/local_response_norm.h).
#include "engine/export/translation.h"
#include "kernels/ops/local_response_norm.h"

namespace nightjar {

// The windows over channels are those of a mean over rows, where channels are rows.
OnnxTensor translate(const ops::LocalResponseNorm& op, Translation& t) {
  const std::int64_t cells = std::int64_t{op.shape.h} * op.shape.w;
  const OnnxTensor squares = t.in() * t.in();
  const OnnxTensor means = t.onnx.add("AveragePool", {reshape(squares, {0, 1, op.shape.c, cells})},
                                      {{"kernel_shape", Int64s{op.size, 1}},
                                       {"pads", Int64s{op.before(), 0, op.behind(), 0}},
                                       {"count_include_pad", std::int64_t{1}}});
  OnnxTensor sums = reshape(means, {0, op.shape.c, op.shape.h, op.shape.w}) * static_cast<float>(op.size);
  if (op.lost_channel() < op.shape.c) {
    sums = sums - t.onnx.add("Slice", {squares, t.onnx.integers({op.lost_channel()}),
                                       t.onnx.integers({op.lost_channel() + 1}), t.onnx.integers({1})});
  }
  return t.in() * t.onnx.add("Pow", {sums * op.alpha + op.kappa, t.onnx.number(-op.beta)});
}

}  // namespace nightjar
