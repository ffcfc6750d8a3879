// [maxpool]: maxima over windows, or over groups of channels.
#include "engine/layers/antialiasing.h"
#include "engine/layers/registry.h"
#include "engine/layers/windows.h"
#include "kernels/ops/max_pool.h"
#include "kernels/ops/max_pool_depth.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"max"};
constexpr std::string_view keys[] = {"stride",        "stride_x",     "stride_y",
                                     "size",          "padding",      "antialiasing",
                                     "maxpool_depth", "out_channels", "maxpool_zero_nonmax"};

void build_depth(LayerBuilder& layer) {
  const Shape in = layer.input_shape();
  const int channels = layer.options.integer("out_channels", 1, {.low = 1, .high = in.c});
  if (in.c % channels != 0)
    layer.refuse("out_channels", "out_channels=" + std::to_string(channels) +
                                     " does not divide the input's " + std::to_string(in.c) +
                                     " channels; a divisor is needed");
  const Shape out{channels, in.h, in.w};
  layer.emit(ops::MaxPoolDepth{in, out}, {layer.input()});
}

void build(LayerBuilder& layer) {
  layer.refuse_unsupported("maxpool_zero_nonmax");
  const Antialiasing blur = read_antialiasing(layer);
  if (layer.options.flag("maxpool_depth", false)) {
    if (blur.size != 0)
      layer.refuse(
          "antialiasing",
          "antialiasing with maxpool_depth, which Darknet does not blur; only one of them is possible");
    return build_depth(layer);
  }
  const PoolWindows pool = read_pool_windows(layer, blur.layer_stride);
  const ops::MaxPool op{layer.input_shape(), pool.out, pool.size, pool.stride.x, pool.stride.y, pool.padding};
  layer.emit(op, {layer.input()});
  emit_blur(layer, blur);
}

}  // namespace

const LayerType maxpool_layer{"maxpool", aliases, keys, build};

}  // namespace nightjar
