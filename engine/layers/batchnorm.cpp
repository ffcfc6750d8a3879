// [batchnorm]: batch normalisation on its own, in AlexeyAB's file order (pjreddie's has no biases).
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

void build(LayerBuilder& layer) {
  const int channels = layer.input_shape().c;
  const int biases = layer.parameter("biases", {channels, 1, 1});
  layer.emit_batch_norm(layer.batch_norm_parameters(biases, channels));
}

}  // namespace

const LayerType batchnorm_layer{"batchnorm", {}, {}, build};

}  // namespace nightjar
