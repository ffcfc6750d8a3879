// Networks on a CUDA device: the same Graph -> Plan -> run as on a CPU.
#pragma once

#include <memory>

#include "engine/backend.h"

namespace nightjar::cuda {

// For the device with this number. Errors (device): it is not there or cannot be used, or this nightjar was
// built without CUDA or without the library asked for.
Result<std::unique_ptr<Backend>> backend(int index, const ModelOptions& options);

}  // namespace nightjar::cuda
