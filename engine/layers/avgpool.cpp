// [avgpool]: the mean of each channel.
#include "engine/layers/registry.h"
#include "kernels/ops/avg_pool.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"avg"};

void build(LayerBuilder& layer) {
  const Shape in = layer.input_shape();
  layer.emit(ops::AvgPool{in}, {layer.input()});
}

}  // namespace

const LayerType avgpool_layer{"avgpool", aliases, {}, build};

}  // namespace nightjar
