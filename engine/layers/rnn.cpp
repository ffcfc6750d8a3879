// [rnn]: h <- (shortcut ? h : 0) + act(Wi x) + act(Ws h), y = act(Wo h), where h outlives a run: the layer is
// fed one element of a sequence after the other.
#include "engine/layers/activation.h"
#include "engine/layers/gates.h"
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"output",          "hidden",   "activation",
                                     "batch_normalize", "shortcut", "logistic"};

// AlexeyAB's logistic=1 and 2 give the matrix on h an activation of its own.
Activation read_self_activation(LayerBuilder& layer, Activation activation) {
  const int logistic = layer.options.integer("logistic", 0, {.low = 0, .high = 2});
  if (logistic == 0) return activation;
  return logistic == 1 ? Activation::logistic : Activation::loggy;
}

// Without `hidden` as many as outputs, as pjreddie has it.
void build(LayerBuilder& layer) {
  const int outputs = layer.options.integer("output", 1, {.low = 1});
  const int hidden = layer.options.integer("hidden", outputs, {.low = 1});
  const Activation activation = read_activation(layer, Activation::logistic);
  const bool batch_normalize = layer.options.flag("batch_normalize", false);
  const Shape shape{hidden, 1, 1};
  const int state = layer.state(shape);

  layer.begin_part("input");
  std::vector<int> terms{emit_dense(layer, layer.input(), {hidden, activation, batch_normalize})};
  layer.begin_part("self");
  terms.push_back(
      emit_dense(layer, state, {hidden, read_self_activation(layer, activation), batch_normalize}));
  if (layer.options.flag("shortcut", false)) terms.push_back(state);
  const int next = emit_sum(layer, std::move(terms), Activation::linear);
  layer.keep(next, state);

  layer.begin_part("output");
  emit_dense(layer, next, {outputs, activation, batch_normalize});
}

}  // namespace

const LayerType rnn_layer{"rnn", {}, keys, build};

}  // namespace nightjar
