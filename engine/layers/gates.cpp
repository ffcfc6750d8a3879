#include "engine/layers/gates.h"

#include <utility>

#include "kernels/ops/add.h"

namespace nightjar {

int emit_sum(LayerBuilder& layer, std::vector<int> values, Activation activation) {
  layer.forward(values[0]);
  if (values.size() > 1) {
    ops::Add sum;
    for (const int value : values) sum.sources.push_back(layer.shape(value));
    layer.emit(std::move(sum), std::move(values));
  }
  layer.emit_activation(activation);
  return layer.output();
}

GateMatrices declare_gates(LayerBuilder& layer, char matrix, std::string_view gates, const Shape& in,
                           const Dense& dense) {
  GateMatrices matrices;
  for (const char gate : gates) {
    layer.begin_part({matrix, gate});
    matrices[gate] = declare_dense(layer, in, dense);
  }
  return matrices;
}

}  // namespace nightjar
