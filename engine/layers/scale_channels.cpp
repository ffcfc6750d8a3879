// [scale_channels]: an earlier layer times the previous one, which has one value a channel or one a pixel.
#include "engine/layers/activation.h"
#include "engine/layers/registry.h"
#include "kernels/ops/multiply.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"from", "activation", "scale_wh"};

void build(LayerBuilder& layer) {
  const int from = layer.required_source("from");
  const Shape shape = layer.shape(from);
  const bool per_pixel = layer.options.flag("scale_wh", false);
  const Shape expected = per_pixel ? Shape{1, shape.h, shape.w} : Shape{shape.c, 1, 1};
  if (!(layer.input_shape() == expected))
    layer.refuse("from", "from is " + describe(shape) + " and the layer before " +
                             describe(layer.input_shape()) + "; " + describe(expected) +
                             " is needed before it");
  const auto factor = per_pixel ? ops::Multiply::Factor::per_pixel : ops::Multiply::Factor::per_channel;
  const ops::Multiply op{shape, factor};
  const Activation activation = read_activation(layer, Activation::linear);
  layer.emit(op, {layer.input(), from});
  layer.emit_activation(activation);
}

}  // namespace

const LayerType scale_channels_layer{"scale_channels", {}, keys, build};

}  // namespace nightjar
