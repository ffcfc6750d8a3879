// Convolutions of signs.
#include "engine/export/translation.h"
#include "kernels/ops/conv_xnor.h"

namespace nightjar {
namespace {

// 1 for what is above 0, else -1.
OnnxTensor sign_of(const OnnxTensor& x) {
  OnnxGraph& onnx = *x.graph;
  return onnx.add("Where", {onnx.add("Greater", {x, onnx.number(0)}), onnx.number(1), onnx.number(-1)});
}

}  // namespace

OnnxTensor translate(const ops::ConvXnor& op, Translation& t) {
  const ops::Conv& conv = op.conv;
  const int first = conv.residual ? 2 : 1;
  const OnnxTensor stored = t.array(first, {conv.out.c, conv.in.c, conv.size, conv.size});
  const OnnxTensor magnitudes =
      t.onnx.add("ReduceMean", {t.onnx.add("Abs", {stored})}, {{"axes", Int64s{1, 2, 3}}});
  OnnxTensor image = sign_of(t.in());
  std::int64_t pad = conv.pad;
  if (op.outside == ops::ConvXnor::Outside::minus_one && pad > 0) {
    image = t.onnx.add("Pad", {image, t.onnx.integers({0, 0, pad, pad, 0, 0, pad, pad}), t.onnx.number(-1)},
                       {{"mode", "constant"}});
    pad = 0;
  }
  std::vector<OnnxTensor> inputs{image, sign_of(stored) * magnitudes};
  if (conv.bias) inputs.push_back(t.array(first + 1, {conv.out.c}));
  const OnnxTensor sums = t.onnx.add("Conv", inputs,
                                     {{"kernel_shape", Int64s{conv.size, conv.size}},
                                      {"strides", Int64s{conv.stride_y, conv.stride_x}},
                                      {"pads", Int64s{pad, pad, pad, pad}},
                                      {"dilations", Int64s{conv.dilation, conv.dilation}}});
  const OnnxTensor active = activated(conv.activation, sums);
  return conv.residual ? activated(conv.residual_activation, active + t.in(1)) : active;
}

}  // namespace nightjar
