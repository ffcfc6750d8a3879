// Plan + parameters -> packed weights: read, checked, batch norm folded, laid out as each kernel reads them.
#pragma once

#include <functional>
#include <span>

#include "engine/parameters.h"
#include "engine/plan/plan.h"
#include "engine/run/aligned.h"
#include "engine/run/thread_pool.h"

namespace nightjar {

// Takes the arrays of a node as its kernel's pack() wants them; null stands for a bias that is not there.
using PackNode = std::function<Result<void>(int node, const float* const* arrays)>;

// Reads what nodes compute with and hands it over, several nodes at once, each on one thread of the pool, so
// that no more than the largest layer a thread is held twice. Errors: cannot_read; malformed for NaN,
// infinity or a negative variance, naming the layer; too_large; what `pack` returns. Of several, the one of
// the first node in `nodes`.
Result<void> read_parameters(const Graph& graph, std::span<const int> nodes, const ParameterSource& source,
                             ThreadPool& pool, const PackNode& pack);

// Plan::packed_floats floats for a CPU. Errors: as above.
Result<Floats> pack_weights(const Graph& graph, const Plan& plan, const ParameterSource& source,
                            ThreadPool& pool);

}  // namespace nightjar
