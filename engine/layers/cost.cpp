// [cost]: a loss; nothing at inference, and skipped as the network's output.
#include <algorithm>

#include "engine/layers/registry.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"type", "scale", "ratio", "noobj", "thresh"};
constexpr std::string_view types[] = {"sse", "masked", "smooth", "L1", "seg", "wgan"};

// Whatever the type, the values before it are the network's: a wrong one only matters to training.
void build(LayerBuilder& layer) {
  const std::string type = layer.options.text("type", "sse");
  if (std::find(std::begin(types), std::end(types), type) == std::end(types))
    layer.warn("type", "type=" + printable(type) + " is unknown; Darknet takes sse for it");
  layer.forward(layer.input());
}

}  // namespace

const LayerType cost_layer{"cost", {}, keys, build};

}  // namespace nightjar
