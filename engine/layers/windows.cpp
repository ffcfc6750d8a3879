// Shape rules of sliding windows, and the options that feed them.
#include "engine/layers/windows.h"

#include <limits>

namespace nightjar {

Strides read_strides(LayerBuilder& layer) {
  const int stride = layer.options.integer("stride", 1, {.low = 1});
  const int x = layer.options.integer("stride_x", 0), y = layer.options.integer("stride_y", 0);
  return {x < 1 ? stride : x, y < 1 ? stride : y};
}

int read_padding(LayerBuilder& layer, int size) {
  const int padding = layer.options.integer("padding", 0, {.low = 0, .high = size});
  return layer.options.flag("pad", false) ? size / 2 : padding;
}

void require_countable_taps(LayerBuilder& layer, int channels, int& size) {
  const std::int64_t taps = saturated_product({channels, size, size});
  if (taps <= std::numeric_limits<int>::max()) return;
  layer.refuse("size", "size=" + std::to_string(size) + " over " + std::to_string(channels) +
                           " channels makes " + std::to_string(taps) + " weights a filter; at most " +
                           std::to_string(std::numeric_limits<int>::max()) + " are possible");
  size = 1;
}

PoolWindows read_pool_windows(LayerBuilder& layer, const Strides& stride) {
  const Shape in = layer.input_shape();
  PoolWindows pool{};
  pool.stride = stride;
  pool.size = layer.options.integer("size", layer.options.integer("stride", 1, {.low = 1}),
                                    {.low = 1, .high = max_window});
  // With more padding than this the last window would hold no cell of the image at all.
  const int most_padding = pool.size == 1 ? 0 : pool.size;
  pool.padding = layer.options.integer("padding", pool.size - 1, {.low = 0, .high = most_padding});
  const std::int64_t h = window_count(in.h, pool.padding, pool.size, pool.stride.y);
  const std::int64_t w = window_count(in.w, pool.padding, pool.size, pool.stride.x);
  if (h < 1 || w < 1)
    layer.refuse("size", "size=" + std::to_string(pool.size) +
                             " with padding=" + std::to_string(pool.padding) + " does not fit the input " +
                             describe(in) + "; a smaller size is needed");
  pool.out = {in.c, saturated_side(h), saturated_side(w)};
  return pool;
}

}  // namespace nightjar
