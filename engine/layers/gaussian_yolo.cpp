// [Gaussian_yolo]: a YOLOv3 head that also predicts how uncertain each coordinate is.
#include <algorithm>
#include <utility>

#include "engine/layers/head_options.h"
#include "engine/layers/registry.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr auto keys = [] {
  std::array<std::string_view, yolo_keys.size() + 2> all{"uc_normalizer", "yolo_point"};
  std::copy(yolo_keys.begin(), yolo_keys.end(), all.begin() + 2);
  return all;
}();

Head::Point read_point(LayerBuilder& layer) {
  const std::string point = layer.options.text("yolo_point", "center");
  if (point == "left_top") return Head::Point::left_top;
  if (point == "right_bottom") return Head::Point::right_bottom;
  if (point != "center")
    layer.refuse("yolo_point",
                 "yolo_point=" + printable(point) + " is unknown; known are center, left_top, right_bottom");
  return Head::Point::center;
}

void build(LayerBuilder& layer) {
  const Shape shape = layer.input_shape();
  Head head = read_yolo_head(layer, 9);
  head.kind = Head::Kind::gaussian;
  head.point = read_point(layer);
  const ops::GaussianHead op{shape, head.slots(), head.classes, layer.options.real("scale_x_y", 1)};
  layer.emit(op, {layer.input()}, shape);
  layer.head(std::move(head));
}

}  // namespace

const LayerType gaussian_yolo_layer{"Gaussian_yolo", {}, keys, build};

}  // namespace nightjar
