#include "engine/layers/dense.h"

#include <limits>
#include <utility>

#include "kernels/ops/connected.h"

namespace nightjar {

void emit_dense(LayerBuilder& layer, int input, const Dense& dense) {
  ops::Connected op{.in = layer.shape(input), .outputs = dense.outputs, .bias = !dense.batch_normalize};
  if (op.in.size() > std::numeric_limits<int>::max()) {
    layer.refuse("output", "an input of " + std::to_string(op.in.size()) + " values; at most " +
                               std::to_string(std::numeric_limits<int>::max()) + " are possible");
    op.in = {1, 1, 1};
  }
  const int biases = layer.parameter("biases", op.out());
  std::vector<int> inputs{input, layer.parameter("weights", op.weights())};
  if (op.bias) inputs.push_back(biases);
  layer.emit(op, std::move(inputs));
  if (dense.batch_normalize) layer.emit_batch_norm(layer.batch_norm_parameters(biases, dense.outputs));
  layer.emit_activation(dense.activation);
}

}  // namespace nightjar
