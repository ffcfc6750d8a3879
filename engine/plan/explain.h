// The plan as a table: what runs, where, and what was not chosen.
#pragma once

#include <string>

#include "engine/plan/plan.h"

namespace nightjar {

// A line a step: Darknet layers, operation, output shape, kernel with its estimated cost and the rejected candidates
// with theirs, place in the arena. Deterministic for one cfg and instruction set.
std::string explain(const Graph& graph, const Plan& plan);

}  // namespace nightjar
