#include "engine/layers/grid_convolutions.h"

#include <utility>

#include "engine/layers/activation.h"
#include "engine/layers/windows.h"

namespace nightjar {
namespace {

// Half the window where neither pad nor padding says anything.
int read_padding_or_half(LayerBuilder& layer, int size) {
  const int padding = layer.options.integer("padding", 0, {.low = 0, .high = size});
  return layer.options.flag("pad", !layer.options.has("padding")) ? size / 2 : padding;
}

void require_same_grid(LayerBuilder& layer, int size, int padding) {
  const int stride = layer.options.integer("stride", 1, {.low = 1});
  if (stride != 1)
    layer.refuse("stride", "stride=" + std::to_string(stride) +
                               " would give the state another height and width; only stride=1 is possible");
  if (std::int64_t{2} * padding != size - 1)
    layer.refuse("size", "size=" + std::to_string(size) + " with padding=" + std::to_string(padding) +
                             " would give the state another height and width; an odd size and "
                             "padding=size/2 are needed");
}

}  // namespace

GridConvolutions::GridConvolutions(LayerBuilder& layer, Activation fallback)
    : layer_(layer),
      activation_(read_activation(layer, fallback)),
      signs_(layer.options.flag("xnor", false) ? Signs::both : Signs::none),
      batch_normalize_(layer.options.flag("batch_normalize", false)) {
  const Shape grid = layer.input_shape();
  window_.in = window_.out = {1, grid.h, grid.w};
  window_.size = layer.options.integer("size", 3, {.low = 1, .high = max_window});
  window_.groups = read_groups(layer, signs_);
  const int padding = read_padding_or_half(layer, window_.size);
  require_same_grid(layer, window_.size, padding);
  window_.dilation = read_dilation(layer, window_.size, padding);
  window_.pad = padding * window_.dilation;
  window_.bias = !batch_normalize_;
}

GridConvolutions::Part GridConvolutions::declare(std::string part, int channels, int filters) const {
  layer_.begin_part(std::move(part));
  ops::Conv conv = window_;
  conv.in.c = channels, conv.out.c = filters;
  require_divisible(layer_, conv.groups, channels, " channels that a convolution reads");
  require_divisible(layer_, conv.groups, filters, " filters");
  require_countable_taps(layer_, conv.in.c / conv.groups, conv.size);
  return {conv, declare_convolution(layer_, conv, batch_normalize_, false)};
}

int GridConvolutions::emit(const Part& part, int input) const {
  return emit_convolution(layer_, input, part.conv, signs_, part.arrays, activation_);
}

}  // namespace nightjar
