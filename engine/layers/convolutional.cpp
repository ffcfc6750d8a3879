// [convolutional]: convolution, batch normalisation or bias, activation.
#include <limits>
#include <utility>

#include "engine/layers/activation.h"
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

// The weights that a layer's nodes read, as values.
struct Arrays {
  std::vector<int> conv;        // weights, and biases where there is no batch normalisation
  std::vector<int> batch_norm;  // empty where there is none
};

// Of what only signs count: of weights with binary=1, of weights and inputs with xnor=1, which goes before.
enum class Signs { none, weights, both };

Signs read_signs(LayerBuilder& layer) {
  const bool binary = layer.options.flag("binary", false), xnor = layer.options.flag("xnor", false);
  return xnor ? Signs::both : binary ? Signs::weights : Signs::none;
}

void refuse_what_we_lack(LayerBuilder& layer) {
  layer.refuse_unsupported("antialiasing");
  layer.refuse_unsupported("coordconv");
}

int read_padding(LayerBuilder& layer, int size) {
  const int padding = layer.options.integer("padding", 0, {.low = 0, .high = size});
  return layer.options.flag("pad", false) ? size / 2 : padding;
}

void require_divisible(LayerBuilder& layer, int groups, int count, const char* what) {
  if (count % groups != 0)
    layer.refuse("groups", "groups=" + std::to_string(groups) + " does not divide the " +
                               std::to_string(count) + what + "; a divisor is needed");
}

// Darknet sizes the output as if there were no dilation, and computes with it.
int read_dilation(LayerBuilder& layer, int size, int padding) {
  const int dilation = layer.options.integer("dilation", 1, {.low = 1, .high = max_window / size});
  if (size == 1 || dilation == 1) return 1;
  if (std::int64_t{2} * padding != size - 1)
    layer.refuse("dilation", "dilation=" + std::to_string(dilation) + " with size=" + std::to_string(size) +
                                 " and padding=" + std::to_string(padding) +
                                 "; an odd size and padding=size/2 are needed");
  return dilation;
}

// Kernels count the weights of a filter in int.
void require_countable_taps(LayerBuilder& layer, ops::Conv& conv) {
  const std::int64_t taps = saturated_product({conv.in.c / conv.groups, conv.size, conv.size});
  if (taps <= std::numeric_limits<int>::max()) return;
  layer.refuse("size", "size=" + std::to_string(conv.size) + " over " +
                           std::to_string(conv.in.c / conv.groups) + " channels makes " +
                           std::to_string(taps) + " weights a filter; at most " +
                           std::to_string(std::numeric_limits<int>::max()) + " are possible");
  conv.size = 1;
}

ops::Conv read_convolution(LayerBuilder& layer, Signs signs) {
  ops::Conv conv;
  conv.in = layer.input_shape();
  conv.size = layer.options.integer("size", 1, {.low = 1, .high = max_window});
  const auto [stride_x, stride_y] = read_strides(layer);
  conv.stride_x = stride_x;
  conv.stride_y = stride_y;
  const int groups = layer.options.integer("groups", 1, {.low = 1});
  conv.groups = signs == Signs::both ? 1 : groups;  // AlexeyAB's rule, which the weights file follows
  const int filters = layer.options.integer("filters", 1, {.low = 1});
  require_divisible(layer, conv.groups, conv.in.c, " channels of the input");
  require_divisible(layer, conv.groups, filters, " filters");

  const int padding = read_padding(layer, conv.size);
  conv.dilation = read_dilation(layer, conv.size, padding);
  conv.pad = padding * conv.dilation;
  const std::int64_t both = std::int64_t{2} * padding;
  const std::int64_t h = window_count(conv.in.h, both, conv.size, stride_y);
  const std::int64_t w = window_count(conv.in.w, both, conv.size, stride_x);
  if (h < 1 || w < 1)
    layer.refuse("size", "size=" + std::to_string(conv.size) + " with padding=" + std::to_string(padding) +
                             " does not fit the input " + describe(conv.in) + "; a smaller size is needed");
  conv.out = {filters, saturated_side(h), saturated_side(w)};
  require_countable_taps(layer, conv);
  return conv;
}

// File order: biases, scales, mean, variance, weights.
Arrays declare_arrays(LayerBuilder& layer, const ops::Conv& conv, bool batch_normalize) {
  Arrays arrays;
  const int filters = conv.out.c;
  const int biases = layer.parameter("biases", {filters, 1, 1});
  if (batch_normalize) arrays.batch_norm = layer.batch_norm_parameters(biases, filters);
  arrays.conv.push_back(layer.options.flag("flipped", false)
                            ? layer.transposed_parameter("weights", conv.weights())
                            : layer.parameter("weights", conv.weights()));
  if (!batch_normalize) arrays.conv.push_back(biases);
  return arrays;
}

// The convolution that a node is, of values or of signs; null where it is none.
const ops::Conv* convolution_of(const Op& op) {
  const auto* signs = op.as<ops::ConvXnor>();
  return signs ? &signs->conv : op.as<ops::Conv>();
}

// The arrays of the layer that share_index names; it must be a convolution like this one.
Arrays shared_arrays(LayerBuilder& layer, const ops::Conv& conv, bool batch_normalize) {
  Arrays arrays;
  bool alike = false;
  std::optional<int> stored;  // weights that the other layer made binary
  const int reference = layer.options.integer("share_index", 0);
  for (const Node& node : layer.nodes_of(layer.layer("share_index", reference))) {
    if (node.op.is<ops::BinariseWeights>()) {
      stored = node.inputs[0];
    } else if (const ops::Conv* other = convolution_of(node.op)) {
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

void emit_convolution(LayerBuilder& layer, const ops::Conv& conv, Signs signs,
                      const std::vector<int>& weights) {
  std::vector<int> inputs{layer.input()};
  inputs.insert(inputs.end(), weights.begin(), weights.end());
  if (signs == Signs::both) {
    using Outside = ops::ConvXnor::Outside;
    const Outside outside = layer.build.signed_padding ? Outside::minus_one : Outside::zero;
    layer.emit(ops::ConvXnor{conv, outside}, std::move(inputs));
    return;
  }
  if (signs == Signs::weights && !weights.empty())
    inputs[1] = layer.emit(ops::BinariseWeights{conv.weights()}, {inputs[1]});
  layer.emit(conv, std::move(inputs));
}

void build(LayerBuilder& layer) {
  refuse_what_we_lack(layer);
  const Signs signs = read_signs(layer);
  const auto normalization = read_channel_normalization(layer);
  const Activation activation =
      normalization ? Activation::linear : read_activation(layer, Activation::logistic);
  // Cross-iteration batch normalisation differs in training only.
  const bool cbn = layer.options.flag("cbn", false);
  const bool batch_normalize = layer.options.flag("batch_normalize", false) || cbn;
  ops::Conv conv = read_convolution(layer, signs);
  conv.bias = !batch_normalize;
  const Arrays arrays = layer.options.has("share_index") ? shared_arrays(layer, conv, batch_normalize)
                                                         : declare_arrays(layer, conv, batch_normalize);
  emit_convolution(layer, conv, signs, arrays.conv);
  if (batch_normalize) layer.emit_batch_norm(arrays.batch_norm);
  layer.emit_activation(activation);
  if (normalization) layer.emit(ops::NormalizeChannels{conv.out, *normalization}, {layer.output()});
}

}  // namespace

const LayerType convolutional_layer{"convolutional", aliases, keys, build};

}  // namespace nightjar
