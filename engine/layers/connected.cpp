// [connected]: a matrix times the flattened input, bias or batch normalisation, activation.
#include "engine/layers/activation.h"
#include "engine/layers/dense.h"
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"conn"};
constexpr std::string_view keys[] = {"output", "activation", "batch_normalize"};

void build(LayerBuilder& layer) {
  emit_dense(layer, layer.input(),
             {.outputs = layer.options.integer("output", 1, {.low = 1}),
              .activation = read_activation(layer, Activation::logistic),
              .batch_normalize = layer.options.flag("batch_normalize", false)});
}

}  // namespace

const LayerType connected_layer{"connected", aliases, keys, build};

}  // namespace nightjar
