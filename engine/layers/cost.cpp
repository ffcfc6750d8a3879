// [cost]: a loss; nothing at inference, and skipped as the network's output.
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"type", "scale", "ratio", "noobj", "thresh"};

void build(LayerBuilder& layer) {
  layer.forward(layer.input());
}

}  // namespace

const LayerType cost_layer{"cost", {}, keys, build};

}  // namespace nightjar
