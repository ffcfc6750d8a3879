// [crnn]: h <- (shortcut ? h : 0) + act(Ki * x) + act(Ks * h), y = act(Ko * h): [rnn] with convolutions,
// where h is a grid and outlives a run.
#include <utility>

#include "engine/layers/gates.h"
#include "engine/layers/grid_convolutions.h"
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {
    "output",   "hidden", "output_filters", "hidden_filters", "activation", "batch_normalize",
    "shortcut", "size",   "stride",         "dilation",       "pad",        "padding",
    "groups",   "xnor"};

// The forks name them differently.
int read_filters(LayerBuilder& layer, std::string_view alexeyab, std::string_view pjreddie) {
  return layer.options.integer(layer.options.has(alexeyab) ? alexeyab : pjreddie, 1, {.low = 1});
}

void build(LayerBuilder& layer) {
  const int outputs = read_filters(layer, "output", "output_filters");
  const int hidden = read_filters(layer, "hidden", "hidden_filters");
  const GridConvolutions convolutions(layer, Activation::logistic);
  const Shape in = layer.input_shape();
  const int state = layer.state({hidden, in.h, in.w});
  const auto input = convolutions.declare("input", in.c, hidden);
  const auto self = convolutions.declare("self", hidden, hidden);
  const auto output = convolutions.declare("output", hidden, outputs);

  std::vector<int> terms{convolutions.emit(input, layer.input()), convolutions.emit(self, state)};
  if (layer.options.flag("shortcut", false)) terms.push_back(state);
  const int next = emit_sum(layer, std::move(terms), Activation::linear);
  layer.keep(next, state);
  convolutions.emit(output, next);
}

}  // namespace

const LayerType crnn_layer{"crnn", {}, keys, build};

}  // namespace nightjar
