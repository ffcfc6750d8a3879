// [avgpool]: the mean of each channel.
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"avg"};

void build(LayerBuilder& layer) {
  const Shape in = layer.input_shape();
  layer.emit(ops::AvgPool{in}, {layer.input()}, {in.c, 1, 1});
}

}  // namespace

const LayerType avgpool_layer{"avgpool", aliases, {}, build};

}  // namespace nightjar
