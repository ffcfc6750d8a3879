// [gru]: with gates z, r = logistic(W h + U x), each of matrices of its own, h <- z h + (1 - z) act(W (r h) +
// U x), where h outlives a run and is the output.
#include "engine/layers/gates.h"
#include "engine/layers/registry.h"
#include "kernels/ops/blend.h"
#include "kernels/ops/multiply.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"output", "batch_normalize", "tanh"};
constexpr std::string_view file_order = "zrh";

void build(LayerBuilder& layer) {
  const Dense dense{.outputs = layer.options.integer("output", 1, {.low = 1}),
                    .activation = Activation::linear,
                    .batch_normalize = layer.options.flag("batch_normalize", false)};
  const Activation act = layer.options.flag("tanh", false) ? Activation::tanh : Activation::logistic;
  const Shape shape{dense.outputs, 1, 1};
  const int state = layer.state(shape);
  GateMatrices w, u;
  const auto declare_u = [&] { u = declare_gates(layer, 'u', file_order, layer.input_shape(), dense); };
  if (layer.build.alexeyab) declare_u();
  w = declare_gates(layer, 'w', file_order, shape, dense);
  if (!layer.build.alexeyab) declare_u();

  const auto gate = [&](char name, int remembered, Activation activation) {
    const int from_input = emit_dense(layer, layer.input(), dense, u.at(name));
    const int from_state = emit_dense(layer, remembered, dense, w.at(name));
    return emit_sum(layer, {from_input, from_state}, activation);
  };
  const int update = gate('z', state, Activation::logistic), reset = gate('r', state, Activation::logistic);
  const int remembered = layer.emit(ops::Multiply{shape}, {reset, state});
  const int candidate = gate('h', remembered, act);
  const int next = layer.emit(ops::Blend{shape, true}, {update, state, candidate});
  layer.keep(next, state);
}

}  // namespace

const LayerType gru_layer{"gru", {}, keys, build};

}  // namespace nightjar
