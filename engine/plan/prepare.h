// Plan + parameters -> packed weights: read, checked, batch norm folded, laid out as each kernel reads them.
#pragma once

#include "engine/parameters.h"
#include "engine/plan/plan.h"
#include "engine/run/aligned.h"
#include "engine/run/thread_pool.h"

namespace nightjar {

// Plan::packed_floats floats. Steps are packed in parallel, each read on its own, so that no more than the largest
// layer a thread is held twice. Errors: cannot_read; malformed for NaN, infinity or a negative variance, naming the
// layer; too_large.
Result<Floats> pack_weights(const Graph& graph, const Plan& plan, const ParameterSource& source, ThreadPool& pool);

}  // namespace nightjar
