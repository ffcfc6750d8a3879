// Values that go elsewhere: joined, repeated, reordered.
#include "engine/export/translation.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/copy.h"
#include "kernels/ops/reorg.h"
#include "kernels/ops/upsample.h"

namespace nightjar {

OnnxTensor translate(const ops::Concat& op, Translation& t) {
  std::vector<OnnxTensor> parts;
  for (int i = 0; i < op.inputs(); ++i) {
    const ops::Concat::Slice& slice = op.slices[static_cast<std::size_t>(i)];
    OnnxTensor part = t.in(i);
    if (!slice.is_whole()) {
      part = t.onnx.add("Slice", {part, t.onnx.integers({slice.first}),
                                  t.onnx.integers({slice.first + slice.channels}), t.onnx.integers({1})});
    }
    parts.push_back(std::move(part));
  }
  return concat(parts, 1);
}

OnnxTensor translate(const ops::Copy&, Translation& t) {
  return t.in();
}

OnnxTensor translate(const ops::Upsample& op, Translation& t) {
  if (op.down) {
    const Int64s side{op.stride, op.stride};
    const OnnxTensor means = t.onnx.add("AveragePool", {t.in()}, {{"kernel_shape", side}, {"strides", side}});
    return means * (op.scale * static_cast<float>(op.stride) * static_cast<float>(op.stride));
  }
  const auto factor = static_cast<float>(op.stride);
  const float factors[] = {1, 1, factor, factor};
  const OnnxTensor none;  // no region of interest
  const OnnxTensor larger = t.onnx.add(
      "Resize", {t.in(), none, t.onnx.numbers({4}, factors)},
      {{"mode", "nearest"}, {"coordinate_transformation_mode", "asymmetric"}, {"nearest_mode", "floor"}});
  return op.scale == 1 ? larger : larger * op.scale;
}

// Darknet's permutation is ONNX's between a deep shape and a wide one, which both tensors are read in, flat
// (kernels/reference/reorg.cpp): [reorg] has the input's shape for the deep one, [reorg3d] the output's.
OnnxTensor translate(const ops::Reorg& op, Translation& t) {
  const Shape deep = op.space_to_depth ? op.out : op.in;
  const std::int64_t stride = op.stride;
  const Int64s deep_shape{0, deep.c, deep.h, deep.w};
  const Int64s wide_shape{0, deep.c / (stride * stride), deep.h * stride, deep.w * stride};
  const OnnxTensor from = reshape(t.in(), op.reverse ? deep_shape : wide_shape);
  const OnnxTensor moved = op.reverse
                               ? t.onnx.add("DepthToSpace", {from}, {{"blocksize", stride}, {"mode", "DCR"}})
                               : t.onnx.add("SpaceToDepth", {from}, {{"blocksize", stride}});
  return reshape(moved, {0, op.out.c, op.out.h, op.out.w});
}

}  // namespace nightjar
