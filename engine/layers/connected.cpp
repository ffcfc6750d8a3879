// [connected]: a matrix times the flattened input, bias or batch normalisation, activation.
#include "engine/layers/activation.h"
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"conn"};
constexpr std::string_view keys[] = {"output", "activation", "batch_normalize"};

// File order: biases, weights, then scales, mean, variance: not that of convolutions.
void build(LayerBuilder& layer) {
  const Shape in = layer.input_shape();
  const int outputs = layer.options.integer("output", 1, {.low = 1});
  const Activation activation = read_activation(layer, Activation::logistic);
  const bool batch_normalize = layer.options.flag("batch_normalize", false);
  const int biases = layer.parameter("biases", {outputs});
  const int weights = layer.parameter("weights", {outputs, in.size()});
  const std::vector<int> parameters = batch_normalize ? std::vector{weights} : std::vector{weights, biases};
  layer.emit(ops::Connected{in, outputs}, {layer.input()}, {outputs, 1, 1}, parameters);
  if (batch_normalize) layer.emit_batch_norm(layer.batch_norm_parameters(biases, outputs));
  layer.emit_activation(activation);
}

}  // namespace

const LayerType connected_layer{"connected", aliases, keys, build};

}  // namespace nightjar
