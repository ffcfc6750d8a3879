// A batch on a GPU: its steps are recorded once, and a run replays them.
#pragma once

#include <memory>

#include "engine/backend.h"
#include "engine/cuda/launcher.h"
#include "engine/cuda/pack.h"

namespace nightjar::cuda {

// On the thread's device. The graph, the GPU and what the weights hold now must outlive it. `parameters`:
// null where all are fixed. Errors: too_large, device; of reading parameters that may change.
Result<std::unique_ptr<Executor>> make_executor(const Graph& graph, CudaPlan plan,
                                                const DeviceWeights& weights,
                                                const ParameterSource* parameters, const Gpu& gpu);

}  // namespace nightjar::cuda
