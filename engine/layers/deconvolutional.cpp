// [deconvolutional]: transposed convolution, batch normalisation or bias, activation.
#include <limits>
#include <utility>

#include "engine/layers/activation.h"
#include "engine/layers/registry.h"
#include "engine/layers/windows.h"
#include "kernels/ops/deconv.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"deconv"};
constexpr std::string_view keys[] = {"filters", "size",       "stride",         "pad",
                                     "padding", "activation", "batch_normalize"};

// Kernels count cells in int, those that are cut off too.
constexpr std::int64_t longest_side = std::numeric_limits<int>::max() - max_window;

ops::Deconv read_deconvolution(LayerBuilder& layer) {
  ops::Deconv op;
  op.in = layer.input_shape();
  op.size = layer.options.integer("size", 1, {.low = 1, .high = max_window});
  op.stride = layer.options.integer("stride", 1, {.low = 1});
  op.pad = read_padding(layer, op.size);
  require_countable_taps(layer, op.in.c, op.size);
  const auto side = [&](int in) { return ops::Deconv::side(in, op.size, op.stride, op.pad); };
  const std::int64_t h = side(op.in.h), w = side(op.in.w);
  if (h < 1 || w < 1)
    layer.refuse("padding", "padding=" + std::to_string(op.pad) + " with size=" + std::to_string(op.size) +
                                " and stride=" + std::to_string(op.stride) + " cuts all off what " +
                                describe(op.in) + " makes; less is needed");
  if (h > longest_side || w > longest_side)
    layer.refuse("stride", "stride=" + std::to_string(op.stride) + " makes sides of " + std::to_string(h) +
                               " and " + std::to_string(w) + " of the input " + describe(op.in) +
                               "; at most " + std::to_string(longest_side) + " are possible");
  op.out = {layer.options.integer("filters", 1, {.low = 1}), saturated_side(h), saturated_side(w)};
  return op;
}

// File order: biases, scales, mean, variance, weights; these channel by channel of the input, not filter by
// filter.
void build(LayerBuilder& layer) {
  const Activation activation = read_activation(layer, Activation::logistic);
  const bool batch_normalize = layer.options.flag("batch_normalize", false);
  ops::Deconv op = read_deconvolution(layer);
  op.bias = !batch_normalize;
  const int biases = layer.parameter("biases", {op.out.c, 1, 1});
  std::vector<int> batch_norm;
  if (batch_normalize) batch_norm = layer.batch_norm_parameters(biases, op.out.c);
  std::vector<int> inputs{layer.input(),
                          layer.transposed_parameter("weights", op.weights(), op.size * op.size)};
  if (op.bias) inputs.push_back(biases);
  layer.emit(op, std::move(inputs));
  if (batch_normalize) layer.emit_batch_norm(batch_norm);
  layer.emit_activation(activation);
}

}  // namespace

const LayerType deconvolutional_layer{"deconvolutional", aliases, keys, build};

}  // namespace nightjar
