// Rewrites of the graph that change its cost and not its meaning. Each is a function graph -> graph.
#pragma once

#include "engine/graph.h"

namespace nightjar {

// Conv or Connected, then BatchNorm: the normalisation becomes part of the weights and the bias.
// The node's parameters become {weights, biases, scales, mean, variance}; values are folded when they are
// read.
Graph fold_batchnorm(Graph graph);

// Conv or Connected, then Activate: the activation happens in the store.
Graph fuse_activation(Graph graph);

// Conv, then Add of two tensors of one shape: the second is added in the store (input 1 of the Conv).
// The convolution's own output exists no more: its layer_output becomes -1.
Graph fuse_shortcut(Graph graph);

}  // namespace nightjar
