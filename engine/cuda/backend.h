// Networks on a CUDA device: the same Graph -> Plan -> run as on a CPU.
#pragma once

#include <memory>

#include "engine/run/backend.h"

namespace nightjar::cuda {

// For options.device "cuda" or "cuda:N". Errors: usage, for a device that cannot be named so; device, where it is not
// there or this nightjar was built without CUDA.
Result<std::unique_ptr<Backend>> backend(const ModelOptions& options);

}  // namespace nightjar::cuda
