// Kernels timed on this CPU, in place of estimates.
#pragma once

#include "engine/plan/plan.h"
#include "engine/plan/tuning.h"
#include "engine/run/thread_pool.h"

namespace nightjar {

// The times that `plan` needs, of one image, weights and activations out of the caches: those of the CPU's
// file, the others measured and the file rewritten. Equal operations are timed once.
Tuning tune(const Graph& graph, const Plan& plan, ThreadPool& pool);

}  // namespace nightjar
