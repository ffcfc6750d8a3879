// [dropout]: nothing at inference.
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"probability", "dropblock", "dropblock_size_rel", "dropblock_size_abs"};

void build(LayerBuilder& layer) {
  if (layer.build.learn) layer.refuse_unsupported("probability", "dropout in training is");
  layer.forward(layer.input());
}

}  // namespace

const LayerType dropout_layer{"dropout", {}, keys, build};

}  // namespace nightjar
