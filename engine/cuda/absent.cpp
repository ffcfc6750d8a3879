// Stands in for the CUDA backend where there was no CUDA compiler.
#include "engine/cuda/backend.h"

namespace nightjar::cuda {

Result<std::unique_ptr<Backend>> backend(int index, const ModelOptions&) {
  return Error{Failure::device,
               "cuda:" + std::to_string(index) + ": this nightjar was built without CUDA; use the cpu"};
}

}  // namespace nightjar::cuda
