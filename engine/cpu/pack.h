// Parameters -> packed weights in the host's memory.
#pragma once

#include "engine/plan/pack.h"

namespace nightjar::cpu {

// Plan::packed_bytes, for all contexts. Errors: as nightjar::pack_weights().
Result<HostMemory> pack_weights(const Graph& graph, const Plan& plan, const ParameterSource& source,
                                ThreadPool& pool);

}  // namespace nightjar::cpu
