// Kernels timed on this GPU, in place of estimates.
#pragma once

#include <string>

#include "engine/cuda/plan.h"
#include "engine/cuda/runtime.h"

namespace nightjar::cuda {

// The times that `plan` needs, on the thread's device: those of the file of this GPU, precision and batch,
// the others measured and the file rewritten. Equal operations are timed once. Errors: too_large, device.
Result<Tuning> tune(const Graph& graph, const Plan& plan, const Gpu& gpu, const std::string& precision);

}  // namespace nightjar::cuda
