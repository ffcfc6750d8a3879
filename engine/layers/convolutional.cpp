// [convolutional]: convolution, batch normalisation or bias, activation.
#include "engine/layers/activation.h"
#include "engine/layers/antialiasing.h"
#include "engine/layers/convolution.h"
#include "engine/layers/registry.h"
#include "engine/layers/windows.h"
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/binarise_weights.h"
#include "kernels/ops/conv_xnor.h"
#include "kernels/ops/normalize_channels.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"conv"};
constexpr std::string_view keys[] = {
    // what is computed
    "filters", "size", "stride", "stride_x", "stride_y", "pad", "padding", "groups", "dilation", "activation",
    "batch_normalize", "cbn", "flipped", "share_index", "antialiasing", "binary", "xnor", "coordconv",
    // nothing: it says that only the signs of the output are read, which xnor=1 takes anyway
    "bin_output",
    // training and scheduling
    "dot", "sway", "rotate", "stretch", "stretch_sway", "angle", "assisted_excitation", "grad_centr",
    "reverse", "stream", "wait_stream"};

// On CPUs Darknet does not know the key. Its CUDA kernel was to write coordinates into the output's first
// channels, but loses count of the pixels and overwrites three values of the output in no order.
void ignore_coordconv(LayerBuilder& layer) {
  if (layer.options.flag("coordconv", false))
    layer.warn("coordconv", "coordconv adds no coordinates, in Darknet neither; ignored");
}

ops::Conv read_convolution(LayerBuilder& layer, const Strides& stride, Signs signs) {
  ops::Conv conv;
  conv.in = layer.input_shape();
  conv.size = layer.options.integer("size", 1, {.low = 1, .high = max_window});
  conv.stride_x = stride.x;
  conv.stride_y = stride.y;
  conv.groups = read_groups(layer, signs);
  const int filters = layer.options.integer("filters", 1, {.low = 1});
  require_divisible(layer, conv.groups, conv.in.c, " channels of the input");
  require_divisible(layer, conv.groups, filters, " filters");

  const int padding = read_padding(layer, conv.size);
  conv.dilation = read_dilation(layer, conv.size, padding);
  conv.pad = padding * conv.dilation;
  const std::int64_t both = std::int64_t{2} * padding;
  const std::int64_t h = window_count(conv.in.h, both, conv.size, stride.y);
  const std::int64_t w = window_count(conv.in.w, both, conv.size, stride.x);
  if (h < 1 || w < 1)
    layer.refuse("size", "size=" + std::to_string(conv.size) + " with padding=" + std::to_string(padding) +
                             " does not fit the input " + describe(conv.in) + "; a smaller size is needed");
  conv.out = {filters, saturated_side(h), saturated_side(w)};
  require_countable_taps(layer, conv.in.c / conv.groups, conv.size);
  return conv;
}

// The convolution that a node is, of values or of signs; null where it is none.
const ops::Conv* convolution_of(const Op& op) {
  const auto* signs = op.as<ops::ConvXnor>();
  return signs ? &signs->conv : op.as<ops::Conv>();
}

// The arrays of the layer that share_index names; it must be a convolution like this one.
ConvolutionArrays shared_arrays(LayerBuilder& layer, const ops::Conv& conv, bool batch_normalize) {
  ConvolutionArrays arrays;
  bool alike = false;
  std::optional<int> stored;  // weights that the other layer made binary
  const int reference = layer.options.integer("share_index", 0);
  for (const Node& node : layer.nodes_of(layer.layer("share_index", reference))) {
    if (node.op.is<ops::BinariseWeights>()) {
      stored = node.inputs[0];
      // The first: behind it may be one that blurs.
    } else if (const ops::Conv* other = convolution_of(node.op); other && arrays.conv.empty()) {
      alike = other->out.c == conv.out.c && other->size == conv.size &&
              other->in.c / other->groups == conv.in.c / conv.groups;
      arrays.conv = inputs_of(node, Role::weight);
      if (stored) arrays.conv[0] = *stored;
    } else if (node.op.is<ops::BatchNorm>()) {
      arrays.batch_norm = inputs_of(node, Role::weight);
    }
  }
  if (!alike || arrays.batch_norm.empty() == batch_normalize)
    layer.refuse("share_index", "share_index=" + std::to_string(reference) +
                                    " is no convolution with the same filters, size, channels per group and "
                                    "batch_normalize; one is needed");
  return arrays;
}

void build(LayerBuilder& layer) {
  ignore_coordconv(layer);
  const Signs signs = read_signs(layer);
  const auto normalization = read_channel_normalization(layer);
  const Activation activation =
      normalization ? Activation::linear : read_activation(layer, Activation::logistic);
  // Cross-iteration batch normalisation differs in training only.
  const bool cbn = layer.options.flag("cbn", false);
  const bool batch_normalize = layer.options.flag("batch_normalize", false) || cbn;
  const Antialiasing blur = read_antialiasing(layer);
  ops::Conv conv = read_convolution(layer, blur.layer_stride, signs);
  conv.bias = !batch_normalize;
  const bool flipped = layer.options.flag("flipped", false);
  const ConvolutionArrays arrays = layer.options.has("share_index")
                                       ? shared_arrays(layer, conv, batch_normalize)
                                       : declare_convolution(layer, conv, batch_normalize, flipped);
  emit_convolution(layer, layer.input(), conv, signs, arrays, activation);
  if (normalization) layer.emit(ops::NormalizeChannels{conv.out, *normalization}, {layer.output()});
  emit_blur(layer, blur);
}

}  // namespace

const LayerType convolutional_layer{"convolutional", aliases, keys, build};

}  // namespace nightjar
