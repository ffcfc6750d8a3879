// [implicit]: values of the weights file, whatever the picture. Other layers add or multiply them by their
// number.
#include "engine/layers/registry.h"
#include "kernels/ops/constant.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"filters", "atoms",
                                     // what training starts from
                                     "mean", "std"};

void build(LayerBuilder& layer) {
  const int filters = layer.options.integer("filters", 128, {.low = 1});
  const int atoms = layer.options.integer("atoms", 1, {.low = 1});
  const ops::Constant op{layer.input_shape(), {filters, atoms, 1}};
  const int weights = layer.parameter("weights", op.shape);
  layer.starts_with({layer.options.real("mean", 0), layer.options.real("std", .2f)});
  layer.emit(op, {layer.input(), weights});
}

}  // namespace

const LayerType implicit_layer{"implicit", {}, keys, build};

}  // namespace nightjar
