// Darknet's table of layers: what it prints when it loads a network.
#pragma once

#include <string>
#include <vector>

#include "engine/graph.h"
#include "engine/nightjar.h"

namespace nightjar {

// Both take the graph as built, before any pass.
std::vector<LayerInfo> layer_infos(const Graph& graph);
// A line a layer: number, type, filters, size/stride, input and output shape, BFLOPs; the total below.
std::string layer_table(const Graph& graph);

}  // namespace nightjar
