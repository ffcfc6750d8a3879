// What differs from place to place: filters of each place, parts of the image, values that are not computed.
#include "engine/export/translation.h"
#include "kernels/ops/constant.h"
#include "kernels/ops/crop.h"
#include "kernels/ops/deconv.h"
#include "kernels/ops/local.h"
#include "kernels/ops/reshape.h"

namespace nightjar {
namespace {

OnnxTensor transposed(const OnnxTensor& x, const Int64s& order) {
  return x.graph->add("Transpose", {x}, {{"perm", order}});
}

// The cells of each window as (batch, channels * taps, height, width): a convolution of each channel with
// filters that pick a tap each.
OnnxTensor unfolded(const ops::Local& op, Translation& t) {
  const std::int64_t taps = std::int64_t{op.size} * op.size;
  std::vector<float> picks;
  for (int c = 0; c < op.in.c; ++c) {
    for (std::int64_t tap = 0; tap < taps; ++tap)
      for (std::int64_t i = 0; i < taps; ++i) picks.push_back(i == tap ? 1.f : 0.f);
  }
  return t.onnx.add("Conv", {t.in(), t.onnx.numbers({op.in.c * taps, 1, op.size, op.size}, picks)},
                    {{"kernel_shape", Int64s{op.size, op.size}},
                     {"strides", Int64s{op.stride, op.stride}},
                     {"pads", Int64s{op.pad, op.pad, op.pad, op.pad}},
                     {"group", std::int64_t{op.in.c}}});
}

}  // namespace

// A matrix a place, (filters, channels * taps), times the cells of its window.
OnnxTensor translate(const ops::Local& op, Translation& t) {
  const std::int64_t cells = std::int64_t{op.in.c} * op.size * op.size, places = op.places();
  const OnnxTensor by_place = transposed(reshape(unfolded(op, t), {0, cells, places}), {0, 2, 1});
  const OnnxTensor windows = reshape(by_place, {0, places, cells, 1});
  const OnnxTensor sums = t.onnx.add("MatMul", {t.array(1, {places, op.out.c, cells}), windows});
  const OnnxTensor by_filter = transposed(reshape(sums, {0, places, op.out.c}), {0, 2, 1});
  return activated(op.activation, reshape(by_filter, {0, op.out.c, op.out.h, op.out.w}) +
                                      t.array(2, {1, op.out.c, op.out.h, op.out.w}));
}

// ONNX has the channels of the input in front of the filters.
OnnxTensor translate(const ops::Deconv& op, Translation& t) {
  const OnnxTensor weights = transposed(t.array(1, {op.out.c, op.in.c, op.size, op.size}), {1, 0, 2, 3});
  std::vector<OnnxTensor> inputs{t.in(), weights};
  if (op.bias) inputs.push_back(t.array(2, {op.out.c}));
  const OnnxTensor sums = t.onnx.add("ConvTranspose", inputs,
                                     {{"kernel_shape", Int64s{op.size, op.size}},
                                      {"strides", Int64s{op.stride, op.stride}},
                                      {"pads", Int64s{op.pad, op.pad, op.pad, op.pad}}});
  return activated(op.activation, sums);
}

OnnxTensor translate(const ops::Crop& op, Translation& t) {
  OnnxTensor part = t.in();
  if (!(op.in == op.out)) {
    part = t.onnx.add("Slice",
                      {part, t.onnx.integers({op.top, op.left}),
                       t.onnx.integers({op.top + op.out.h, op.left + op.out.w}), t.onnx.integers({2, 3})});
  }
  if (op.scale != 1) part = part * op.scale;
  return op.shift == 0 ? part : part + op.shift;
}

// As many as the batch has images.
OnnxTensor translate(const ops::Constant& op, Translation& t) {
  const OnnxTensor batch =
      t.onnx.add("Slice", {t.onnx.add("Shape", {t.in()}), t.onnx.integers({0}), t.onnx.integers({1})});
  const OnnxTensor shape = concat({batch, t.onnx.integers({op.shape.c, op.shape.h, op.shape.w})}, 0);
  return t.onnx.add("Expand", {t.array(1, {1, op.shape.c, op.shape.h, op.shape.w}), shape});
}

OnnxTensor translate(const ops::Reshape& op, Translation& t) {
  const std::int64_t size = op.in.size(), zeros = op.out.size() - size;
  OnnxTensor values = t.in();
  if (op.rows > 1) values = transposed(reshape(values, {0, op.rows, size / op.rows}), {0, 2, 1});
  if (zeros > 0) {
    values = t.onnx.add("Pad", {reshape(values, {0, size}), t.onnx.integers({0, 0, 0, zeros})},
                        {{"mode", "constant"}});
  }
  return reshape(values, {0, op.out.c, op.out.h, op.out.w});
}

}  // namespace nightjar
