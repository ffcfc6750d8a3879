// Which of the kernels that take a node computes it.
#pragma once

#include <vector>

#include "engine/plan/plan.h"
#include "engine/plan/tuning.h"

namespace nightjar {

// A step for a node with the cheapest of `candidates`, of which there is at least one: by the times in
// `tuning` (null: none) where it has one for all of them, by the estimates otherwise. Of equals the first.
// `least_gain`: what the estimates choose stays where another's time is not shorter by more than this part.
Step choose(const Graph& graph, int node, std::vector<Candidate> candidates, const Tuning* tuning,
            double least_gain = 0);

}  // namespace nightjar
