// Stands in for the CUDA backend where there was no CUDA compiler.
#include "engine/cuda/backend.h"

namespace nightjar::cuda {

Result<std::unique_ptr<Backend>> backend(const ModelOptions& options) {
  return Error{Failure::device, "device '" + options.device + "': this nightjar was built without CUDA; use the cpu"};
}

}  // namespace nightjar::cuda
