// [iseg]: instance segmentation. The first channels say whether a pixel belongs to a class, the others are an
// embedding that tells instances apart and stays as it is.
#include "engine/layers/registry.h"
#include "kernels/ops/activate.h"
#include "kernels/ops/concat.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"classes", "ids"};

void require_channels(LayerBuilder& layer, int classes, int ids) {
  const std::int64_t needed = std::int64_t{classes} + ids;
  if (layer.input_shape().c == needed) return;
  layer.refuse("classes", "the input has " + std::to_string(layer.input_shape().c) + " channels; " +
                              std::to_string(classes) + " classes + " + std::to_string(ids) + " ids need " +
                              std::to_string(needed));
}

void build(LayerBuilder& layer) {
  const int classes = layer.options.integer("classes", 20, {.low = 1});
  const int ids = layer.options.integer("ids", 32, {.low = 0});
  require_channels(layer, classes, ids);
  if (layer.error()) return;
  const Shape whole = layer.input_shape();
  const Shape likely{classes, whole.h, whole.w};
  if (ids == 0) return layer.emit_activation(Activation::logistic);
  layer.emit(ops::Concat{{{whole, 0, classes}}}, {layer.input()});
  layer.emit_activation(Activation::logistic);
  layer.emit(ops::Concat{{{likely, 0, classes}, {whole, classes, ids}}}, {layer.output(), layer.input()});
}

}  // namespace

const LayerType iseg_layer{"iseg", {}, keys, build};

}  // namespace nightjar
