#include "engine/layers/gates.h"

#include <utility>

#include "kernels/ops/add.h"

namespace nightjar {

int emit_sum(LayerBuilder& layer, std::vector<int> values, Activation activation) {
  if (values.size() == 1) {
    layer.forward(values[0]);
    layer.emit_activation(activation);
    return layer.output();
  }
  ops::Add sum{.sources = {}, .activation = activation};
  for (const int value : values) sum.sources.push_back(layer.shape(value));
  return layer.emit(std::move(sum), std::move(values));
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
