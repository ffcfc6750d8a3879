// [empty]: passes its input on.
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"silence", "blank"};

void build(LayerBuilder& layer) {
  layer.forward(layer.input());
}

}  // namespace

const LayerType empty_layer{"empty", aliases, {}, build};

}  // namespace nightjar
