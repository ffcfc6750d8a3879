// [Gaussian_yolo]: a YOLOv3 head that also predicts how uncertain each coordinate is.
#include <utility>

#include "engine/layers/head_options.h"
#include "engine/layers/registry.h"
#include "engine/layers/yolo_loss.h"
#include "kernels/ops/heads/gaussian_head.h"
#include "parsers/choice.h"

namespace nightjar {
namespace {

using Point = GaussianHead::Point;
constexpr std::pair<std::string_view, Point> points[] = {
    {"center", Point::center}, {"left_top", Point::left_top}, {"right_bottom", Point::right_bottom}};

void build(LayerBuilder& layer) {
  const Shape shape = layer.input_shape();
  GaussianHead head{read_yolo_head(layer, 9), read_choice(layer.options, "yolo_point", "center", points)};
  const ops::GaussianHead op{shape, head.slots(), head.classes, layer.options.real("scale_x_y", 1)};
  layer.emit(op, {layer.input()});
  if (layer.build.learn) emit_gaussian_yolo_loss(layer, head);
  layer.head(std::move(head));
}

}  // namespace

const LayerType gaussian_yolo_layer{"Gaussian_yolo", {}, GaussianHead::keys, build};

}  // namespace nightjar
