// [sam]: the previous layer times an earlier one, value by value.
#include "engine/layers/activation.h"
#include "engine/layers/registry.h"
#include "kernels/ops/multiply.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"from", "activation"};

void build(LayerBuilder& layer) {
  const int from = layer.required_source("from");
  const Shape shape = layer.shape(from);
  if (!(layer.input_shape() == shape))
    layer.refuse("from", "from is " + describe(shape) + " and the layer before " +
                             describe(layer.input_shape()) + "; equal shapes are needed");
  const ops::Multiply op{shape, ops::Multiply::Factor::full};
  const Activation activation = read_activation(layer, Activation::linear);
  layer.emit(op, {layer.input(), from});
  layer.emit_activation(activation);
}

}  // namespace

const LayerType sam_layer{"sam", {}, keys, build};

}  // namespace nightjar
