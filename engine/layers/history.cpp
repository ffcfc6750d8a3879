// [history]: the input, and behind it those of the runs before, the last one first.
#include <limits>

#include "engine/layers/registry.h"
#include "kernels/ops/concat.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"history_size"};

// How many inputs the output consists of.
int read_size(LayerBuilder& layer, int channels) {
  const int size = layer.options.integer("history_size", 4, {.low = 1});
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  if (std::int64_t{channels} * size <= most) return size;
  layer.refuse("history_size", "history_size=" + std::to_string(size) + " of an input of " +
                                   std::to_string(channels) + " channels; at most " + std::to_string(most) +
                                   " channels are possible");
  return 1;
}

void build(LayerBuilder& layer) {
  const Shape in = layer.input_shape();
  const int size = read_size(layer, in.c);
  if (size == 1) return layer.forward(layer.input());
  const Shape past{in.c * (size - 1), in.h, in.w};
  const int state = layer.state(past);
  const int all = layer.emit(ops::Concat{{{in, 0, in.c}, {past, 0, past.c}}}, {layer.input(), state});
  const int next = layer.emit(ops::Concat{{{layer.shape(all), 0, past.c}}}, {all});
  layer.keep(next, state);
  layer.forward(all);
}

}  // namespace

const LayerType history_layer{"history", {}, keys, build};

}  // namespace nightjar
