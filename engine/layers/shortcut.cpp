// [shortcut]: the previous layer plus one or several earlier ones, plain or weighted.
#include <utility>

#include "engine/layers/activation.h"
#include "engine/layers/registry.h"
#include "kernels/ops/add.h"
#include "parsers/choice.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"from", "activation",   "alpha",
                                     "beta", "weights_type", "weights_normalization"};

using Weights = ops::Add::Weights;
constexpr std::pair<std::string_view, Weights> weights_types[] = {{"none", Weights::none},
                                                                  {"per_feature", Weights::per_feature},
                                                                  {"per_layer", Weights::per_feature},
                                                                  {"per_channel", Weights::per_channel}};
using Normalization = ops::Add::Normalization;
constexpr std::pair<std::string_view, Normalization> normalizations[] = {{"none", Normalization::none},
                                                                         {"relu", Normalization::relu},
                                                                         {"avg_relu", Normalization::relu},
                                                                         {"softmax", Normalization::softmax}};

// pjreddie's rule: both sides of the source are the same whole multiple or fraction of the output's.
void require_compatible(LayerBuilder& layer, int reference, Shape source, Shape shape) {
  if (source.w / shape.w == source.h / shape.h && shape.w / source.w == shape.h / source.h) return;
  layer.refuse("from", "from=" + std::to_string(reference) + " is " + describe(source) +
                           ", which cannot be added to " + describe(shape) +
                           "; height and width must be equal or in one ratio");
}

void build(LayerBuilder& layer) {
  const Shape shape = layer.input_shape();
  const std::vector<int> from = layer.options.integers("from");
  if (from.empty()) layer.refuse("from", "from is missing; expected earlier layers");
  for (const char* key : {"alpha", "beta"})
    if (layer.options.real(key, 1) != 1)
      layer.refuse(key, std::string(key) + " is not supported yet; only " + key + "=1 is");
  std::vector<int> inputs{layer.input()};
  for (const int reference : from) {
    inputs.push_back(layer.source("from", reference));
    require_compatible(layer, reference, layer.shape(inputs.back()), shape);
  }
  const Activation activation = read_activation(layer, Activation::linear);
  ops::Add add{{},
               Activation::linear,
               read_choice(layer.options, "weights_type", "none", weights_types),
               read_choice(layer.options, "weights_normalization", "none", normalizations)};
  add.constant_normalization = true;
  for (const int input : inputs) add.sources.push_back(layer.shape(input));
  if (add.weights != ops::Add::Weights::none) {
    inputs.push_back(layer.parameter("weights", add.weights_shape()));
    layer.starts_with({1, 0});
  }
  layer.emit(std::move(add), std::move(inputs));
  layer.emit_activation(activation);
}

}  // namespace

const LayerType shortcut_layer{"shortcut", {}, keys, build};

}  // namespace nightjar
