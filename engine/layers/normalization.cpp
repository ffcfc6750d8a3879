// [normalization]: local response normalisation.
#include "engine/layers/registry.h"
#include "engine/layers/windows.h"
#include "kernels/ops/local_response_norm.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"lrn"};
constexpr std::string_view keys[] = {"alpha", "beta", "kappa", "size"};

void build(LayerBuilder& layer) {
  ops::LocalResponseNorm op{layer.input_shape()};
  op.size = layer.options.integer("size", op.size, {.low = 1, .high = max_window});
  op.alpha = layer.options.real("alpha", op.alpha);
  op.beta = layer.options.real("beta", op.beta);
  op.kappa = layer.options.real("kappa", op.kappa);
  layer.emit(op, {layer.input()});
}

}  // namespace

const LayerType normalization_layer{"normalization", aliases, keys, build};

}  // namespace nightjar
