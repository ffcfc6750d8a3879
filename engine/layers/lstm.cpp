// [lstm]: with gates f, i, o = logistic(W h + U x) and g = tanh(W h + U x), each of matrices of its own,
// c <- f c + i g and h <- o tanh(c), where c and h outlive a run; h is the output.
#include "engine/layers/gates.h"
#include "engine/layers/registry.h"
#include "kernels/ops/blend.h"
#include "kernels/ops/multiply.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"output", "batch_normalize"};

void build(LayerBuilder& layer) {
  const Dense dense{.outputs = layer.options.integer("output", 1, {.low = 1}),
                    .activation = Activation::linear,
                    .batch_normalize = layer.options.flag("batch_normalize", false)};
  const Shape shape{dense.outputs, 1, 1};
  const int hidden = layer.state(shape), cell = layer.state(shape);
  const std::string_view file_order = layer.build.alexeyab ? "figo" : "ifog";
  const GateMatrices w = declare_gates(layer, 'w', file_order, shape, dense);
  const GateMatrices u = declare_gates(layer, 'u', file_order, layer.input_shape(), dense);

  const auto gate = [&](char name, Activation activation) {
    const int from_input = emit_dense(layer, layer.input(), dense, u.at(name));
    const int from_hidden = emit_dense(layer, hidden, dense, w.at(name));
    return emit_sum(layer, {from_input, from_hidden}, activation);
  };
  const int forget = gate('f', Activation::logistic), input = gate('i', Activation::logistic);
  const int candidate = gate('g', Activation::tanh), output = gate('o', Activation::logistic);
  const int next_cell = layer.emit(ops::Blend{shape}, {forget, cell, input, candidate});
  const int squashed = emit_sum(layer, {next_cell}, Activation::tanh);
  const int next = layer.emit(ops::Multiply{shape}, {output, squashed});
  layer.keep(next_cell, cell);
  layer.keep(next, hidden);
}

}  // namespace

const LayerType lstm_layer{"lstm", {}, keys, build};

}  // namespace nightjar
