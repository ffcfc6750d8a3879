#include "engine/layers/antialiasing.h"

#include "kernels/ops/binomial_filter.h"
#include "kernels/ops/conv.h"

namespace nightjar {

// 1 is a blur of 3x3 cells, padded; 2 one of 2x2, not padded.
Antialiasing read_antialiasing(LayerBuilder& layer) {
  const Strides strides = read_strides(layer);
  const int kind = layer.options.integer("antialiasing", 0, {.low = 0, .high = 2});
  if (kind == 0) return {0, strides, {}};
  return {kind == 1 ? 3 : 2, {1, 1}, strides};
}

void emit_blur(LayerBuilder& layer, const Antialiasing& antialiasing) {
  if (antialiasing.size == 0) return;
  const int image = layer.output();
  ops::Conv blur;
  blur.in = layer.shape(image);
  blur.groups = blur.in.c;
  blur.size = antialiasing.size;
  blur.pad = (blur.size - 1) / 2;
  blur.stride_x = antialiasing.blur_stride.x;
  blur.stride_y = antialiasing.blur_stride.y;
  const std::int64_t padding = std::int64_t{2} * blur.pad;
  blur.out = {blur.in.c, saturated_side(window_count(blur.in.h, padding, blur.size, blur.stride_y)),
              saturated_side(window_count(blur.in.w, padding, blur.size, blur.stride_x))};
  const int weights = layer.emit(ops::BinomialFilter{blur.in.c, blur.size}, {});
  layer.emit(blur, {image, weights});
}

}  // namespace nightjar
