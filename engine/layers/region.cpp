// [region]: the head of YOLOv2.
#include <utility>

#include "engine/layers/class_tree.h"
#include "engine/layers/head_options.h"
#include "engine/layers/registry.h"
#include "kernels/ops/heads/region_head.h"
#include "kernels/ops/losses/region_loss.h"

namespace nightjar {
namespace {

void read_class_map(LayerBuilder& layer, RegionHead& head) {
  if (!layer.build.class_map) return;
  head.class_map = *layer.build.class_map;
  for (const int class_id : head.class_map)
    if (class_id < 0 || class_id >= head.classes)
      layer.refuse("map", "the class map names class " + std::to_string(class_id) + "; 0.." +
                              std::to_string(head.classes - 1) + " exist");
}

ops::RegionLoss read_loss(LayerBuilder& layer, const RegionHead& head) {
  const auto real = [&](const char* key, float fallback) { return layer.options.real(key, fallback); };
  ops::RegionLoss loss;
  loss.shape = layer.shape(layer.output());
  loss.classes = head.classes;
  loss.anchors = head.anchors;
  loss.pjreddie = !layer.build.alexeyab;
  loss.boxes = layer.options.integer("max", 30, {.low = 1, .high = 1 << 16});
  loss.thresh = real("thresh", .5f);
  loss.coord_scale = real("coord_scale", 1);
  loss.object_scale = real("object_scale", 1);
  loss.noobject_scale = real("noobject_scale", 1);
  loss.class_scale = real("class_scale", 1);
  loss.rescore = layer.options.flag("rescore", false);
  loss.bias_match = layer.options.flag("bias_match", false);
  loss.parent = head.tree.parent;
  loss.group_sizes = head.tree.group_sizes;
  return loss;
}

void build(LayerBuilder& layer) {
  using Classes = ops::RegionHead::Classes;
  layer.refuse_unsupported("background");
  const int coords = layer.options.integer("coords", 4, {.low = 4, .high = 4});
  RegionHead head;
  head.classes = layer.options.integer("classes", 20, {.low = 1});
  head.anchors = read_anchors(layer);
  head.class_fix = layer.options.integer("classfix", 0) == -1;
  require_head_channels(layer, head.slots(), coords + 1, head.classes);
  read_class_map(layer, head);

  // Without softmax the classes stay as they are, which is how AlexeyAB's and the first YOLOv2 did it.
  const Shape shape = layer.input_shape();
  ops::RegionHead op{shape, head.slots(), head.classes, coords, Classes::raw, {}};
  if (layer.options.flag("softmax", false)) op.activation = Classes::softmax;
  if (const ClassTree* tree = read_class_tree(layer, head.classes)) {
    head.tree = *tree;
    op.activation = Classes::tree;
    op.group_sizes = tree->group_sizes;
  }
  layer.emit(std::move(op), {layer.input()});
  if (layer.build.learn) layer.loss(read_loss(layer, head));
  layer.head(std::move(head));
}

}  // namespace

const LayerType region_layer{"region", {}, RegionHead::keys, build};

}  // namespace nightjar
