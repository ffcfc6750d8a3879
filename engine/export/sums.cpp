// Sums of products: convolutions, matrices, batch normalisation.
#include "engine/export/translation.h"
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/connected.h"
#include "kernels/ops/conv.h"

namespace nightjar {

OnnxTensor translate(const ops::Conv& op, Translation& t) {
  const int weights = op.residual ? 2 : 1;  // behind the data
  std::vector<OnnxTensor> inputs{t.in(), t.array(weights, {op.out.c, op.in.c / op.groups, op.size, op.size})};
  if (op.bias) inputs.push_back(t.array(weights + 1, {op.out.c}));
  const OnnxTensor sums = t.onnx.add("Conv", inputs,
                                     {{"kernel_shape", Int64s{op.size, op.size}},
                                      {"strides", Int64s{op.stride_y, op.stride_x}},
                                      {"pads", Int64s{op.pad, op.pad, op.pad, op.pad}},
                                      {"dilations", Int64s{op.dilation, op.dilation}},
                                      {"group", std::int64_t{op.groups}}});
  const OnnxTensor active = activated(op.activation, sums);
  return op.residual ? activated(op.residual_activation, active + t.in(1)) : active;
}

OnnxTensor translate(const ops::Connected& op, Translation& t) {
  const OnnxTensor flat = t.onnx.add("Flatten", {t.in()}, {{"axis", std::int64_t{1}}});
  std::vector<OnnxTensor> inputs{flat, t.array(1, {op.outputs, op.in.size()})};
  if (op.bias) inputs.push_back(t.array(2, {op.outputs}));
  const OnnxTensor sums = t.onnx.add("Gemm", inputs, {{"transB", std::int64_t{1}}});
  return activated(op.activation, reshape(sums, {0, op.outputs, 1, 1}));
}

// ONNX has scales first, then biases, mean, variance.
OnnxTensor translate(const ops::BatchNorm& op, Translation& t) {
  const Int64s channels{op.shape.c};
  const std::vector<OnnxTensor> inputs{t.in(), t.array(2, channels), t.array(1, channels),
                                       t.array(3, channels), t.array(4, channels)};
  return t.onnx.add("BatchNormalization", inputs, {{"epsilon", static_cast<float>(ops::BatchNorm::epsilon)}});
}

}  // namespace nightjar
