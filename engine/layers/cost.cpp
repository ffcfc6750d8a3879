// [cost]: a loss; nothing at inference, and skipped as the network's output.
#include <algorithm>

#include "engine/layers/registry.h"
#include "kernels/ops/losses/cost.h"
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
  if (!layer.build.learn) return;
  ops::Cost cost{layer.input_shape()};
  cost.scale = layer.options.real("scale", 1);
  if (type == "L1") cost.type = ops::Cost::Type::l1;
  if (type == "smooth") cost.type = ops::Cost::Type::smooth;
  if (type == "masked" || type == "seg" || type == "wgan")
    layer.refuse("type", "type=" + type + " is not trained; sse, L1 and smooth are");
  layer.loss(cost);
}

}  // namespace

const LayerType cost_layer{"cost", {}, keys, build};

}  // namespace nightjar
