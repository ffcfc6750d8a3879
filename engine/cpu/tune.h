// Kernels timed on this CPU, in place of estimates.
#pragma once

#include "engine/host/thread_pool.h"
#include "engine/plan/tuning.h"

namespace nightjar::cpu {

// The times that `plan` needs, of one image, weights and activations out of the caches.
Tuning tune(const Graph& graph, const Plan& plan, ThreadPool& pool);

}  // namespace nightjar::cpu
