// [dropout]: nothing at inference; where the network learns, elements are left out at random.
#include "kernels/ops/dropout.h"
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"probability", "dropblock", "dropblock_size_rel", "dropblock_size_abs"};

void build(LayerBuilder& layer) {
  layer.forward(layer.input());
  if (!layer.build.learn) return;
  layer.refuse_unsupported("dropblock", "training with dropblock is");
  const float probability = layer.options.real("probability", .2f);
  if (!(probability >= 0 && probability < 1))
    return layer.refuse("probability", "probability is not from 0 to below 1, of an element to be left out");
  layer.emit(ops::Dropout{layer.input_shape(), probability, layer.index}, {layer.input(), layer.draw()});
}

}  // namespace

const LayerType dropout_layer{"dropout", {}, keys, build};

}  // namespace nightjar
