// [activation]: an activation on its own.
#include "engine/layers/activation.h"
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"activation"};

void build(LayerBuilder& layer) {
  layer.emit_activation(read_activation(layer, Activation::linear));
}

}  // namespace

const LayerType activation_layer{"activation", {}, keys, build};

}  // namespace nightjar
