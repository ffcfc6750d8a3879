// [logistic]: a logistic with a cross-entropy loss, of which inference has the logistic.
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

void build(LayerBuilder& layer) {
  layer.emit_activation(Activation::logistic);
}

}  // namespace

const LayerType logistic_layer{"logistic", {}, {}, build};

}  // namespace nightjar
