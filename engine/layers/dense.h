// A matrix times a vector, as [connected] is and recurrent layers consist of.
#pragma once

#include "engine/layers/layer.h"

namespace nightjar {

struct Dense {
  int outputs = 1;
  Activation activation = Activation::logistic;
  bool batch_normalize = false;
};

// Declares its arrays, biases, weights, then scales, mean, variance, which is not a convolution's order, and
// emits matrix, normalisation and activation of `input` as the layer's output.
void emit_dense(LayerBuilder& layer, int input, const Dense& dense);

}  // namespace nightjar
