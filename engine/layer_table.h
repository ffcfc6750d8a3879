// Darknet's table of layers: what it prints when it loads a network.
#pragma once

#include <string>

#include "engine/graph.h"

namespace nightjar {

// A line a layer: number, type, filters, size/stride, input and output shape, BFLOPs; the total below.
// Takes the graph as built, before any pass.
std::string layer_table(const Graph& graph);

}  // namespace nightjar
