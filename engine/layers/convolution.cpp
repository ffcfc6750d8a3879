#include "engine/layers/convolution.h"

#include <utility>

#include "engine/layers/windows.h"
#include "kernels/ops/binarise_weights.h"
#include "kernels/ops/connected.h"
#include "kernels/ops/conv_xnor.h"

namespace nightjar {
namespace {

// Of images that are single cells. Convolutions share weights among the cells of an image, matrices among
// the images of a batch: crnn.train.cfg, whose images are letters, learns nine times as fast.
bool is_matrix(const ops::Conv& conv) {
  return conv.in.h == 1 && conv.in.w == 1 && conv.size == 1 && conv.groups == 1 && conv.pad == 0;
}

void emit_sums(LayerBuilder& layer, int input, const ops::Conv& conv, Signs signs,
               const std::vector<int>& weights) {
  std::vector<int> inputs{input};
  inputs.insert(inputs.end(), weights.begin(), weights.end());
  if (signs == Signs::both) {
    using Outside = ops::ConvXnor::Outside;
    const Outside outside = layer.build.signed_padding ? Outside::minus_one : Outside::zero;
    layer.emit(ops::ConvXnor{conv, outside}, std::move(inputs));
    return;
  }
  if (signs == Signs::weights && !weights.empty())
    inputs[1] = layer.emit(ops::BinariseWeights{conv.weights()}, {inputs[1]});
  if (layer.build.learn && is_matrix(conv)) {
    layer.emit(ops::Connected{.in = conv.in, .outputs = conv.out.c, .bias = conv.bias}, std::move(inputs));
    return;
  }
  layer.emit(conv, std::move(inputs));
}

}  // namespace

Signs read_signs(LayerBuilder& layer) {
  const bool binary = layer.options.flag("binary", false), xnor = layer.options.flag("xnor", false);
  return xnor ? Signs::both : binary ? Signs::weights : Signs::none;
}

int read_groups(LayerBuilder& layer, Signs signs) {
  const int groups = layer.options.integer("groups", 1, {.low = 1});
  return signs == Signs::both ? 1 : groups;
}

void require_divisible(LayerBuilder& layer, int groups, int count, const char* what) {
  if (count % groups != 0)
    layer.refuse("groups", "groups=" + std::to_string(groups) + " does not divide the " +
                               std::to_string(count) + what + "; a divisor is needed");
}

int read_dilation(LayerBuilder& layer, int size, int padding) {
  const int dilation = layer.options.integer("dilation", 1, {.low = 1, .high = max_window / size});
  if (size == 1 || dilation == 1) return 1;
  if (std::int64_t{2} * padding != size - 1)
    layer.refuse("dilation", "dilation=" + std::to_string(dilation) + " with size=" + std::to_string(size) +
                                 " and padding=" + std::to_string(padding) +
                                 "; an odd size and padding=size/2 are needed");
  return dilation;
}

ConvolutionArrays declare_convolution(LayerBuilder& layer, const ops::Conv& conv, bool batch_normalize,
                                      bool flipped) {
  ConvolutionArrays arrays;
  const int filters = conv.out.c;
  const int biases = layer.parameter("biases", {filters, 1, 1});
  if (batch_normalize) arrays.batch_norm = layer.batch_norm_parameters(biases, filters);
  arrays.conv.push_back(flipped ? layer.transposed_parameter("weights", conv.weights())
                                : layer.parameter("weights", conv.weights()));
  if (!batch_normalize) arrays.conv.push_back(biases);
  return arrays;
}

int emit_convolution(LayerBuilder& layer, int input, const ops::Conv& conv, Signs signs,
                     const ConvolutionArrays& arrays, Activation activation) {
  emit_sums(layer, input, conv, signs, arrays.conv);
  if (!arrays.batch_norm.empty()) layer.emit_batch_norm(arrays.batch_norm);
  layer.emit_activation(activation);
  return layer.output();
}

}  // namespace nightjar
