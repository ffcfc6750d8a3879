// Kernels timed on this GPU, in place of estimates.
#pragma once

#include "engine/cuda/plan.h"
#include "engine/cuda/runtime.h"

namespace nightjar::cuda {

// What times are kept under.
Machine machine_of(const Gpu& gpu, Precision precision, int batch);

// The times that `plan` needs, on the thread's device. Errors: too_large, device.
Result<Tuning> tune(const Graph& graph, const CudaPlan& plan, const Gpu& gpu);

}  // namespace nightjar::cuda
