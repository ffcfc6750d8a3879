// [contrastive]: a loss on embeddings; nothing at inference. AlexeyAB's forward pass then returns at once, on
// GPUs after it has copied the input.
#include "engine/layers/registry.h"
#include "kernels/ops/heads/yolo_head.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"classes",        "temperature", "yolo_layer",
                                     "cls_normalizer", "max_delta",   "contrastive_neg_max"};

bool is_yolo(LayerBuilder& layer, int number) {
  for (const Node& node : layer.nodes_of(number))
    if (node.op.is<ops::YoloHead>()) return true;
  return false;
}

void build(LayerBuilder& layer) {
  if (layer.options.has("yolo_layer")) {
    const int reference = layer.options.integer("yolo_layer", 0);
    const int number = layer.layer("yolo_layer", reference);
    if (!layer.error() && !is_yolo(layer, number))
      layer.refuse("yolo_layer", "yolo_layer=" + std::to_string(reference) + " is no [yolo]; one is needed");
  }
  layer.forward(layer.input());
}

}  // namespace

const LayerType contrastive_layer{"contrastive", {}, keys, build};

}  // namespace nightjar
