// Detection heads: what is done to the planes of each anchor (kernels/reference/heads/).
#include <functional>

#include "engine/export/translation.h"
#include "kernels/ops/heads/gaussian_head.h"
#include "kernels/ops/heads/region_head.h"
#include "kernels/ops/heads/yolo_head.h"

namespace nightjar {
namespace {

// Neighbouring planes that are treated alike.
struct Planes {
  std::int64_t count;
  std::function<OnnxTensor(const OnnxTensor&)> treat;  // of (batch, anchors, count, cells)
};

OnnxTensor raw(const OnnxTensor& x) {
  return x;
}

OnnxTensor logistic(const OnnxTensor& x) {
  return activated(Activation::logistic, x);
}

// Around the cell's centre.
OnnxTensor stretched(const OnnxTensor& x, float scale) {
  return scale == 1 ? x : x * scale + (-.5f * (scale - 1));
}

OnnxTensor treat_planes(Translation& t, Shape shape, int anchors, const std::vector<Planes>& all) {
  Int64s counts;
  for (const Planes& planes : all) counts.push_back(planes.count);
  const std::int64_t cells = std::int64_t{shape.h} * shape.w;
  const OnnxTensor apart = reshape(t.in(), {0, anchors, shape.c / anchors, cells});
  std::vector<OnnxTensor> parts = t.onnx.split(apart, 2, counts);
  for (std::size_t i = 0; i < all.size(); ++i) parts[i] = all[i].treat(parts[i]);
  return reshape(concat(parts, 2), {0, shape.c, shape.h, shape.w});
}

}  // namespace

OnnxTensor translate(const ops::YoloHead& op, Translation& t) {
  const auto centre = [&](const OnnxTensor& x) {
    return stretched(op.new_coords ? x : logistic(x), op.scale_x_y);
  };
  return treat_planes(t, op.shape, op.anchors,
                      {{2, centre}, {2, raw}, {1 + op.classes, op.new_coords ? raw : logistic}});
}

OnnxTensor translate(const ops::GaussianHead& op, Translation& t) {
  const auto centre = [&](const OnnxTensor& x) { return stretched(logistic(x), op.scale_x_y); };
  return treat_planes(t, op.shape, op.anchors,
                      {{1, centre},
                       {1, logistic},
                       {1, centre},
                       {1, logistic},
                       {1, raw},
                       {1, logistic},
                       {1, raw},
                       {2 + op.classes, logistic}});
}

OnnxTensor translate(const ops::RegionHead& op, Translation& t) {
  using Classes = ops::RegionHead::Classes;
  const auto classes = [&](const OnnxTensor& x) {
    if (op.activation == Classes::raw) return x;
    if (op.activation == Classes::logistic) return logistic(x);
    const std::vector<int> one{op.classes};
    return grouped_softmax(x, op.anchors, op.shape.h * op.shape.w,
                           op.activation == Classes::tree ? op.group_sizes : one);
  };
  return treat_planes(t, op.shape, op.anchors,
                      {{2, logistic}, {op.coords - 2, raw}, {1, logistic}, {op.classes, classes}});
}

}  // namespace nightjar
