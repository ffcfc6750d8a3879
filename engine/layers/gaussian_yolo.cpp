// [Gaussian_yolo]: a YOLOv3 head that also predicts how uncertain each coordinate is.
#include <utility>

#include "engine/layers/head_options.h"
#include "engine/layers/registry.h"
#include "kernels/ops/heads/gaussian_head.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

GaussianHead::Point read_point(LayerBuilder& layer) {
  const std::string point = layer.options.text("yolo_point", "center");
  if (point == "left_top") return GaussianHead::Point::left_top;
  if (point == "right_bottom") return GaussianHead::Point::right_bottom;
  if (point != "center")
    layer.refuse("yolo_point",
                 "yolo_point=" + printable(point) + " is unknown; known are center, left_top, right_bottom");
  return GaussianHead::Point::center;
}

void build(LayerBuilder& layer) {
  const Shape shape = layer.input_shape();
  GaussianHead head{read_yolo_head(layer, 9), read_point(layer)};
  const ops::GaussianHead op{shape, head.slots(), head.classes, layer.options.real("scale_x_y", 1)};
  layer.emit(op, {layer.input()});
  layer.head(std::move(head));
}

}  // namespace

const LayerType gaussian_yolo_layer{"Gaussian_yolo", {}, GaussianHead::keys, build};

}  // namespace nightjar
