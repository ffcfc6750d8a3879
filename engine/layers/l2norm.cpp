// [l2norm]: the channels of each pixel, divided by their length.
#include "engine/layers/registry.h"
#include "kernels/ops/normalize_channels.h"

namespace nightjar {
namespace {

void build(LayerBuilder& layer) {
  using Form = ops::NormalizeChannels::Form;
  layer.emit(ops::NormalizeChannels{layer.input_shape(), Form::l2}, {layer.input()});
}

}  // namespace

const LayerType l2norm_layer{"l2norm", {}, {}, build};

}  // namespace nightjar
