// Which block each value has on a CPU.
#pragma once

#include "engine/plan/plan.h"
#include "kernels/cpu/kernel_set.h"

namespace nightjar::cpu {

// Sets Memory::places. Planar: the picture, as it comes; heads, from which boxes are decoded; parameters and
// states. Everything between is blocked: narrow wherever the channels fit, and wide where a node would pay
// for narrow ones.
void choose_layouts(const Graph& graph, const KernelSet& set, Plan& plan);

// The kernels of a set that take a node in the layouts that its values have.
std::vector<Candidate> offer(const Graph& graph, const KernelSet& set, const Node& node, const Plan& plan);

}  // namespace nightjar::cpu
