// [local]: as a convolution, with filters and biases of its own in each place.
#include <limits>

#include "engine/layers/activation.h"
#include "engine/layers/registry.h"
#include "engine/layers/windows.h"
#include "kernels/ops/local.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"filters", "size", "stride", "pad", "activation"};

// Darknet counts places as if pad kept the grid, and pads by as many cells as pad says: only where both are
// one does it stay inside its memory.
std::int64_t places(int in, const ops::Local& op) {
  return window_count(in, 0, op.pad == 0 ? op.size : 1, op.stride);
}

ops::Local read_local(LayerBuilder& layer) {
  ops::Local op;
  op.in = layer.input_shape();
  op.size = layer.options.integer("size", 1, {.low = 1, .high = max_window});
  op.stride = layer.options.integer("stride", 1, {.low = 1});
  op.pad = layer.options.integer("pad", 0, {.low = 0, .high = max_window});
  const int filters = layer.options.integer("filters", 1, {.low = 1});
  const std::int64_t h = places(op.in.h, op), w = places(op.in.w, op);
  if (h < 1 || w < 1)
    layer.refuse("size", "size=" + std::to_string(op.size) + " does not fit the input " + describe(op.in) +
                             "; a smaller size is needed");
  op.out = {filters, saturated_side(h), saturated_side(w)};
  if (!op.agrees())
    layer.refuse("pad", "pad=" + std::to_string(op.pad) + " with size=" + std::to_string(op.size) +
                            "; pad=0, or the cells on each side that keep the grid, (size-1)/2, are needed");
  if (op.out.size() > std::numeric_limits<int>::max()) {
    layer.refuse("filters", "the output would be " + describe(op.out) +
                                ", each value with a filter of its own; at most " +
                                std::to_string(std::numeric_limits<int>::max()) + " are possible");
    op.out = {1, 1, 1};
  }
  require_countable_taps(layer, op.in.c, op.size);
  return op;
}

// File order: biases, then the weights place by place.
void build(LayerBuilder& layer) {
  const Activation activation = read_activation(layer, Activation::logistic);
  const ops::Local op = read_local(layer);
  const int biases = layer.parameter("biases", op.out);
  const int weights = layer.parameter("weights", op.weights());
  layer.emit(op, {layer.input(), weights, biases});
  layer.emit_activation(activation);
}

}  // namespace

const LayerType local_layer{"local", {}, keys, build};

}  // namespace nightjar
