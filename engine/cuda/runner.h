// One context on a GPU.
#pragma once

#include <memory>

#include "engine/cuda/plan.h"
#include "engine/cuda/weights.h"
#include "engine/run/backend.h"

namespace nightjar::cuda {

// On the thread's device. The graph, the GPU and what the weights hold now must outlive it. Errors:
// too_large, device.
Result<std::unique_ptr<Runner>> make_runner(const Graph& graph, Plan plan, const DeviceWeights& weights,
                                            const Gpu& gpu);

}  // namespace nightjar::cuda
