// What a kernel can be asked to compute: one struct an operation, plain numbers only.
// The Darknet layers (engine/layers) are lowered to these; kernels/reference defines what each one means.
#pragma once

#include <variant>
#include <vector>

#include "kernels/activation.h"
#include "kernels/tensor.h"

namespace nightjar::ops {

// The picture the network looks at; written by the caller.
struct Input {};

// out[n] = act2(act(sum_c,ky,kx w[n][c][ky][kx] * in[c][..] + bias[n]) + residual), cross-correlation, zero
// padded. Group g of `groups` maps input channels [g*C/G, (g+1)*C/G) to filters [g*N/G, (g+1)*N/G). Inputs:
// the image and, with residual, a tensor of the output's shape. Arrays: weights (N, C/G, size, size), bias
// (N).
struct Conv {
  Shape in, out;
  int size = 1, stride_x = 1, stride_y = 1;
  int pad = 0;  // cells of zeros on each side, already multiplied by the dilation
  int dilation = 1, groups = 1;
  Activation activation = Activation::linear;  // before the residual add
  bool residual = false;
  Activation residual_activation = Activation::linear;  // after it
};

// out[o] = act(sum_i w[o][i] * in[i] + bias[o]) over the input flattened in CHW order; out is (outputs, 1,
// 1).
struct Connected {
  Shape in;
  int outputs = 0;
  Activation activation = Activation::linear;
};

// out = scale[c] * (in - mean[c]) / sqrt(variance[c] + 1e-5) + bias[c]; arrays in this order: bias, scale,
// mean, variance.
struct BatchNorm {
  Shape shape;
};

// out = act(in).
struct Activate {
  Shape shape;
  Activation activation = Activation::linear;
};

// Per pixel over the channels: relu(v) / (1e-4 + sum relu(v)), or its softmax forms.
struct NormalizeChannels {
  enum class Kind : std::uint8_t { relu, softmax, softmax_maxval };
  Shape shape;
  Kind kind = Kind::relu;
};

// out = act(in[0] + sum of the other inputs), in the shape of input 0. A source of another size is added
// where both exist: channels [0, min c); a source twice as large is read at every second cell, one half as
// large lands on every second cell (pjreddie's rule). With weights, input s is multiplied by its weight (one,
// or one a channel), after the weights were normalised over the inputs. Array (weighted only): weights
// (inputs) or (inputs, c).
struct Add {
  enum class Weights : std::uint8_t { none, per_feature, per_channel };
  enum class Normalization : std::uint8_t { none, relu, softmax };
  Shape shape;
  int inputs = 2;
  Activation activation = Activation::linear;
  Weights weights = Weights::none;
  Normalization normalization = Normalization::none;
};

// The inputs' slices one after the other along the channels. Inputs have equal height and width.
struct Concat {
  struct Slice {
    int first = 0, channels = 0;  // of the input with the same position
  };
  Shape out;
  std::vector<Slice> slices;  // one an input
};

// out[c][y][x] = scale * in[c][y / stride][x / stride]; for `down`: out = scale * sum of the stride x stride
// cells.
struct Upsample {
  Shape in, out;
  int stride = 2;
  bool down = false;
  float scale = 1;
};

// Maximum over size x size windows; window i starts at i*stride - padding/2; cells outside the image do not
// count.
struct MaxPool {
  Shape in, out;
  int size = 2, stride_x = 2, stride_y = 2, padding = 1;
};

// out[g] = max over the channels k = g (mod out.c); height and width stay.
struct MaxPoolDepth {
  Shape in, out;
};

// As MaxPool with the mean of the cells inside the image.
struct LocalAvgPool {
  Shape in, out;
  int size = 2, stride_x = 2, stride_y = 2, padding = 1;
};

// out (c, 1, 1) = mean over height and width.
struct AvgPool {
  Shape in;
};

// Darknet's two ways of folding stride x stride cells into channels (SEMANTICS.md 3.3, reorg and reorg3d).
struct Reorg {
  Shape in, out;
  int stride = 2;
  bool reverse = false;
  bool space_to_depth = false;  // reorg3d: the true permutation; otherwise the historic one of [reorg]
};

// out = act(input 0 * input 1). Input 1 has the output's shape; input 0 is (c, 1, 1), (1, h, w) or the same
// shape.
struct Multiply {
  enum class Factor : std::uint8_t { per_channel, per_pixel, full };
  Shape shape;
  Factor factor = Factor::full;
  Activation activation = Activation::linear;
};

// Softmax at a temperature over equal contiguous slices of the CHW-flattened input, or over the slices given
// by `group_sizes` (a class tree), which repeat until the input ends.
struct Softmax {
  Shape shape;
  int groups = 1;
  float temperature = 1;
  std::vector<int> group_sizes;
};

// What the layer of a detection head does to its input (SEMANTICS.md 5.1, 5.3): channels are anchors x
// (coordinates, objectness, classes). Sigmoids and scale_x_y are applied; boxes are decoded later, by
// engine/detect.
struct YoloHead {
  Shape shape;
  int anchors = 0, classes = 0;
  float scale_x_y = 1;
  bool new_coords = false;  // all values already went through a logistic
};

// As YoloHead with x, sigma x, y, sigma y, w, sigma w, h, sigma h in front of the objectness.
struct GaussianHead {
  Shape shape;
  int anchors = 0, classes = 0;
  float scale_x_y = 1;
};

// YOLOv2: logistic on x, y and objectness; classes by softmax, by softmax per group of a class tree, or by
// logistic.
struct RegionHead {
  enum class Classes : std::uint8_t { logistic, softmax, tree, raw };
  Shape shape;
  int anchors = 0, classes = 0, coords = 4;
  Classes activation = Classes::logistic;
  std::vector<int> group_sizes;  // tree only
};

}  // namespace nightjar::ops

namespace nightjar {

using Op = std::variant<ops::Input, ops::Conv, ops::Connected, ops::BatchNorm, ops::Activate,
                        ops::NormalizeChannels, ops::Add, ops::Concat, ops::Upsample, ops::MaxPool,
                        ops::MaxPoolDepth, ops::LocalAvgPool, ops::AvgPool, ops::Reorg, ops::Multiply,
                        ops::Softmax, ops::YoloHead, ops::GaussianHead, ops::RegionHead>;

}  // namespace nightjar
