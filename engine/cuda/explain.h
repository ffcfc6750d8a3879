// A plan for a GPU as a table (engine/plan/explain.h).
#pragma once

#include <string>

#include "engine/cuda/plan.h"

namespace nightjar::cuda {

// Costs in microseconds of the whole batch. `isa`: "sm_90 fp16".
std::string explain(const Graph& graph, const Plan& plan, const std::string& isa, std::int64_t packed_bytes);

}  // namespace nightjar::cuda
