// [detection]: the head of the first YOLO.
#include "engine/layers/registry.h"
#include "kernels/ops/copy.h"
#include "kernels/ops/losses/detection_loss.h"
#include "kernels/ops/softmax.h"

namespace nightjar {
namespace {

constexpr int max_side = 4096, max_slots = 1 << 16;  // far above any real head

DetectionHead read_head(LayerBuilder& layer) {
  DetectionHead head;
  head.classes = layer.options.integer("classes", 1, {.low = 1});
  head.slots = layer.options.integer("num", 1, {.low = 1, .high = max_slots});
  head.side = layer.options.integer("side", 7, {.low = 1, .high = max_side});
  head.square_root = layer.options.flag("sqrt", false);
  head.stretched = true;
  return head;
}

// Of `coords` Darknet decodes 4, whatever it says.
void require_values(LayerBuilder& layer, const DetectionHead& head) {
  const int coords = layer.options.integer("coords", 1);
  if (coords != 4)
    layer.refuse("coords", "coords is " + std::to_string(coords) + "; only coords=4 is possible, x, y, w, h");
  const std::int64_t cells = std::int64_t{head.side} * head.side;
  const std::int64_t needed = cells * (std::int64_t{5} * head.slots + head.classes);
  if (layer.input_shape().size() == needed) return;
  const std::string side = std::to_string(head.side);
  layer.refuse("side", "the input has " + std::to_string(layer.input_shape().size()) + " values; side " +
                           side + " x " + side + " with num " + std::to_string(head.slots) + " x 5 + " +
                           std::to_string(head.classes) + " classes needs " + std::to_string(needed));
}

ops::DetectionLoss read_loss(LayerBuilder& layer, const DetectionHead& head) {
  const auto real = [&](const char* key) { return layer.options.real(key, 1); };
  ops::DetectionLoss loss;
  loss.shape = layer.shape(layer.output());
  loss.classes = head.classes, loss.slots = head.slots, loss.side = head.side;
  if (layer.build.alexeyab) loss.boxes = layer.options.integer("max", 200, {.low = 1, .high = 1 << 16});
  loss.square_root = head.square_root;
  loss.rescore = layer.options.flag("rescore", false);
  loss.forced = layer.options.flag("forced", false);
  loss.random = layer.options.real("random", 0) != 0;
  loss.who = layer.index;
  loss.coord_scale = real("coord_scale"), loss.class_scale = real("class_scale");
  loss.object_scale = real("object_scale"), loss.noobject_scale = real("noobject_scale");
  return loss;
}

// The layer's values are its own: a head's are planar, and what computed the input may want it otherwise.
void build(LayerBuilder& layer) {
  const DetectionHead head = read_head(layer);
  require_values(layer, head);
  const Shape shape = layer.input_shape();
  if (layer.options.flag("softmax", false)) {
    const int cells = head.side * head.side;
    const std::int64_t rest = shape.size() - std::int64_t{cells} * head.classes;
    layer.emit(ops::Softmax{shape, cells, 1, {}, rest}, {layer.input()});
  } else {
    layer.emit(ops::Copy{shape}, {layer.input()});
  }
  if (layer.build.learn) layer.loss(read_loss(layer, head));
  layer.head(head);
}

}  // namespace

const LayerType detection_layer{"detection", {}, DetectionHead::keys, build};

}  // namespace nightjar
