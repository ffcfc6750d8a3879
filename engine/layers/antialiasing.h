// antialiasing=: a layer whose windows step by 1, and a blur behind it that takes the strides
// [Zhang 2019, "Making Convolutional Networks Shift-Invariant Again"].
#pragma once

#include "engine/layers/layer.h"
#include "engine/layers/windows.h"

namespace nightjar {

struct Antialiasing {
  int size;              // of the blur; 0: none
  Strides layer_stride;  // of the layer's own windows
  Strides blur_stride;
};

// Reads antialiasing, stride, stride_x and stride_y.
Antialiasing read_antialiasing(LayerBuilder& layer);

// Blurs the layer's output so far, if it is to be.
void emit_blur(LayerBuilder& layer, const Antialiasing& antialiasing);

}  // namespace nightjar
