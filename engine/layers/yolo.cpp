// [yolo]: the head of YOLOv3 and later.
#include <utility>

#include "engine/layers/head_options.h"
#include "engine/layers/registry.h"
#include "engine/layers/yolo_loss.h"
#include "kernels/ops/heads/yolo_head.h"

namespace nightjar {
namespace {

void build(LayerBuilder& layer) {
  const Shape shape = layer.input_shape();
  YoloHead head{read_yolo_head(layer, 5), layer.options.flag("new_coords", false)};
  const ops::YoloHead op{shape, head.slots(), head.classes, layer.options.real("scale_x_y", 1),
                         head.new_coords};
  layer.emit(op, {layer.input()});
  if (layer.build.learn) emit_yolo_loss(layer, head);
  layer.head(std::move(head));
}

}  // namespace

const LayerType yolo_layer{"yolo", {}, YoloHead::keys, build};

}  // namespace nightjar
