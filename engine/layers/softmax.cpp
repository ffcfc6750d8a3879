// [softmax]: over the whole input, over equal slices of it, or over the groups of a class tree.
#include <utility>

#include "engine/layers/class_tree.h"
#include "engine/layers/registry.h"
#include "kernels/ops/losses/softmax_loss.h"
#include "kernels/ops/softmax.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"soft"};
constexpr std::string_view keys[] = {"groups", "temperature", "tree", "spatial", "noloss"};

void build(LayerBuilder& layer) {
  layer.refuse_unsupported("spatial");  // Darknet's own CPU and GPU disagree on it
  ops::Softmax op;
  op.shape = layer.input_shape();
  op.groups = layer.options.integer("groups", 1, {.low = 1});
  op.temperature = layer.build.temperature.value_or(layer.options.real("temperature", 1));
  if (!(op.temperature > 0))
    layer.refuse("temperature", "temperature is not above 0; a positive number is needed");
  if (op.shape.size() % op.groups != 0)
    layer.refuse("groups", "groups=" + std::to_string(op.groups) + " does not divide the " +
                               std::to_string(op.shape.size()) + " inputs; a divisor is needed");
  const ClassTree* tree = read_class_tree(layer, op.shape.size());
  if (tree) op.group_sizes = tree->group_sizes;
  layer.class_tree(tree);
  layer.emit(std::move(op), {layer.input()});
  if (layer.build.learn && !layer.options.flag("noloss", false))
    layer.loss(ops::SoftmaxLoss{layer.shape(layer.output())});
}

}  // namespace

const LayerType softmax_layer{"softmax", aliases, keys, build};

}  // namespace nightjar
