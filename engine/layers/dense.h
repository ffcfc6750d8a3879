// A matrix times a vector, as [connected] is and recurrent layers consist of.
#pragma once

#include "engine/layers/layer.h"

namespace nightjar {

struct Dense {
  int outputs = 1;
  Activation activation = Activation::logistic;
  bool batch_normalize = false;
};

// Its arrays, as values.
struct DenseArrays {
  int biases = -1, weights = -1;
  std::vector<int> batch_norm;  // empty where there is none
};

// Declares them for an input of this shape, in the file's order: biases, weights, then scales, mean,
// variance, which is not a convolution's order.
DenseArrays declare_dense(LayerBuilder& layer, const Shape& in, const Dense& dense);
// Emits matrix, normalisation and activation of `input` as the layer's output; returns that.
int emit_dense(LayerBuilder& layer, int input, const Dense& dense, const DenseArrays& arrays);
// Both.
int emit_dense(LayerBuilder& layer, int input, const Dense& dense);

}  // namespace nightjar
