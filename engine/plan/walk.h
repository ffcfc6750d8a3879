// How a run goes through the steps of sequences (Walk): which images a node reads and writes when its turn
// comes. Executors of all devices share it.
#pragma once

#include <vector>

#include "engine/graph.h"
#include "kernels/tensor.h"

namespace nightjar {

// The steps that nodes which walk alike take, in their order; of nodes at once, one turn.
std::vector<int> turns_of(const Graph& graph, Walk walk);

// Whether a node has nothing to do at a turn: there is no later step to hand on to.
bool rests_at(const Graph& graph, const Node& node, int step);

// The step whose images a node reads, and that whose it writes; -1: all.
struct Stride {
  int reads, writes;
};
Stride stride_of(const Graph& graph, const Node& node, int step);

// Of a value's tensor of all images what belongs to a step, of which the graph has several. -1: all of it.
Tensor part_of_step(const Graph& graph, int value, Tensor all, int step);

}  // namespace nightjar
