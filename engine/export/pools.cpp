// Maxima and means.
#include <algorithm>

#include "engine/export/translation.h"
#include "kernels/ops/avg_pool.h"
#include "kernels/ops/local_avg_pool.h"
#include "kernels/ops/max_pool.h"
#include "kernels/ops/max_pool_depth.h"

namespace nightjar {
namespace {

// Cells that the last window reaches over the edge, where the first begins `before` cells in front of it.
// Darknet counts windows by a padding in total, of which half lies in front: what lies behind is what they
// need, and may be more or less than the rest.
std::int64_t padding_behind(int in, int out, int size, int stride, int before) {
  return std::max<std::int64_t>(0, std::int64_t{out - 1} * stride + size - in - before);
}

template <class Pool>
OnnxAttributes windows(const Pool& op) {
  const int before = op.padding / 2;
  return {{"kernel_shape", Int64s{op.size, op.size}},
          {"strides", Int64s{op.stride_y, op.stride_x}},
          {"pads", Int64s{before, before, padding_behind(op.in.h, op.out.h, op.size, op.stride_y, before),
                          padding_behind(op.in.w, op.out.w, op.size, op.stride_x, before)}}};
}

}  // namespace

OnnxTensor translate(const ops::MaxPool& op, Translation& t) {
  return t.onnx.add("MaxPool", {t.in()}, windows(op));
}

// Cells outside the image are not counted, as ONNX has it by default, too.
OnnxTensor translate(const ops::LocalAvgPool& op, Translation& t) {
  return t.onnx.add("AveragePool", {t.in()}, windows(op));
}

OnnxTensor translate(const ops::AvgPool&, Translation& t) {
  return t.onnx.add("GlobalAveragePool", {t.in()});
}

// Channel k is number k / out.c of the group k mod out.c.
OnnxTensor translate(const ops::MaxPoolDepth& op, Translation& t) {
  const std::int64_t cells = std::int64_t{op.in.h} * op.in.w;
  const OnnxTensor groups = reshape(t.in(), {0, op.in.c / op.out.c, op.out.c, cells});
  const OnnxTensor maxima =
      t.onnx.add("ReduceMax", {groups}, {{"axes", Int64s{1}}, {"keepdims", std::int64_t{0}}});
  return reshape(maxima, {0, op.out.c, op.out.h, op.out.w});
}

}  // namespace nightjar
