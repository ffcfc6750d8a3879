// Windows that slide over an image: what convolution and pooling have in common.
#pragma once

#include "engine/layers/layer.h"
#include "kernels/ops/windows.h"

namespace nightjar {

// Cells that a window may reach over: far above any real one, and low enough for kernels to count in int.
inline constexpr int max_window = 1 << 15;

struct Strides {
  int x, y;
};

// Reads stride, and stride_x and stride_y, which stand for it where they are below 1.
Strides read_strides(LayerBuilder& layer);

// Reads padding, cells on each side, for which a pad other than 0 puts half the size.
int read_padding(LayerBuilder& layer, int size);

// Kernels count the weights of a filter in int: refuses more, and makes the size 1 then.
void require_countable_taps(LayerBuilder& layer, int channels, int& size);

// Size, strides and padding of a pooling layer, and the shape they lead to (docs/darknet-format.md
// section 5.7).
struct PoolWindows {
  Shape out;
  int size, padding;
  Strides stride;
};
PoolWindows read_pool_windows(LayerBuilder& layer, const Strides& stride);

}  // namespace nightjar
