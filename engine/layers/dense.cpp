#include "engine/layers/dense.h"

#include <limits>
#include <utility>

#include "kernels/ops/connected.h"

namespace nightjar {
namespace {

// Kernels count an output's inputs in int.
ops::Connected matrix_of(LayerBuilder& layer, const Shape& in, const Dense& dense) {
  ops::Connected op{.in = in, .outputs = dense.outputs, .bias = !dense.batch_normalize};
  if (in.size() <= std::numeric_limits<int>::max()) return op;
  layer.refuse("output", "an input of " + std::to_string(in.size()) + " values; at most " +
                             std::to_string(std::numeric_limits<int>::max()) + " are possible");
  op.in = {1, 1, 1};
  return op;
}

}  // namespace

DenseArrays declare_dense(LayerBuilder& layer, const Shape& in, const Dense& dense) {
  const ops::Connected op = matrix_of(layer, in, dense);
  DenseArrays arrays;
  arrays.biases = layer.parameter("biases", op.out());
  arrays.weights = layer.parameter("weights", op.weights());
  if (dense.batch_normalize) arrays.batch_norm = layer.batch_norm_parameters(arrays.biases, dense.outputs);
  return arrays;
}

int emit_dense(LayerBuilder& layer, int input, const Dense& dense, const DenseArrays& arrays) {
  const ops::Connected op = matrix_of(layer, layer.shape(input), dense);
  std::vector<int> inputs{input, arrays.weights};
  if (op.bias) inputs.push_back(arrays.biases);
  layer.emit(op, std::move(inputs));
  if (dense.batch_normalize) layer.emit_batch_norm(arrays.batch_norm);
  layer.emit_activation(dense.activation);
  return layer.output();
}

int emit_dense(LayerBuilder& layer, int input, const Dense& dense) {
  return emit_dense(layer, input, dense, declare_dense(layer, layer.shape(input), dense));
}

}  // namespace nightjar
