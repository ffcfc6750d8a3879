// A convolution with its arrays, as [convolutional] is one and other layers consist of some.
#pragma once

#include "engine/layers/layer.h"
#include "kernels/ops/conv.h"

namespace nightjar {

// The weights that a convolution's nodes read, as values.
struct ConvolutionArrays {
  std::vector<int> conv;        // weights, and biases where there is no batch normalisation
  std::vector<int> batch_norm;  // empty where there is none
};

// Of what only signs count: of weights with binary=1, of weights and inputs with xnor=1, which goes before
// (docs/darknet-format.md section 5.1.1).
enum class Signs { none, weights, both };
Signs read_signs(LayerBuilder& layer);

// Reads groups, of which xnor=1 has one whatever the cfg says: AlexeyAB's rule, which the weights file
// follows.
int read_groups(LayerBuilder& layer, Signs signs);

// `what` goes on after "groups=2 does not divide the 3".
void require_divisible(LayerBuilder& layer, int groups, int count, const char* what);

// Reads dilation. Darknet sizes the output as if there were none, and computes with it.
int read_dilation(LayerBuilder& layer, int size, int padding);

// Declares the arrays in the file's order: biases, scales, mean, variance, weights. `flipped`: the file holds
// the weights transposed.
ConvolutionArrays declare_convolution(LayerBuilder& layer, const ops::Conv& conv, bool batch_normalize,
                                      bool flipped);

// Emits convolution, normalisation and activation of `input` as the layer's output; returns that.
int emit_convolution(LayerBuilder& layer, int input, const ops::Conv& conv, Signs signs,
                     const ConvolutionArrays& arrays, Activation activation);

}  // namespace nightjar
