// The plan as a table: what runs, where, and what was not chosen.
#pragma once

#include <string>

#include "engine/plan/plan.h"

namespace nightjar {

// A line a step: Darknet layers, operation, output shape, kernel with its estimated cost and the rejected candidates
// with theirs, place in the arena. Deterministic for one cfg and instruction set.
std::string explain(const Graph& graph, const Plan& plan);

// "conv 3x3/2 + leaky": an operation and what is fused into it.
std::string describe(const Op& op);
// "5" or "5-7": the Darknet layers whose output a node is.
std::string layers_of(const Graph& graph, int node);

}  // namespace nightjar
