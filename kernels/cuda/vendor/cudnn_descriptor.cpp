#include "kernels/cuda/vendor/cudnn_descriptor.h"

#include <cuda_runtime_api.h>

#include "kernels/cuda/vendor/libraries.h"

namespace nightjar::cuda::cudnn {
namespace {

template <class F>
void find(const char* name, F& function) {
  function = reinterpret_cast<F>(library_function(Library::cudnn, name));
}

Functions find_functions() {
  Functions f;
  find("cudnnCreate", f.create);
  find("cudnnSetStream", f.set_stream);
  find("cudnnBackendCreateDescriptor", f.create_descriptor);
  find("cudnnBackendDestroyDescriptor", f.destroy_descriptor);
  find("cudnnBackendSetAttribute", f.set_attribute);
  find("cudnnBackendGetAttribute", f.get_attribute);
  find("cudnnBackendFinalize", f.finalize);
  find("cudnnBackendExecute", f.execute);
  return f;
}

}  // namespace

const Functions& functions() {
  static const Functions found = find_functions();
  return found;
}

Status status_of(cudnnStatus_t status) {
  if (status == CUDNN_STATUS_SUCCESS) return cudaSuccess;
  if (status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED) return cudaErrorMemoryAllocation;
  switch (CUDNN_STATUS_CATEGORY(static_cast<int>(status))) {
    case CUDNN_STATUS_NOT_SUPPORTED:
      return cudaErrorNotSupported;
    case CUDNN_STATUS_EXECUTION_FAILED:
      return cudaErrorLaunchFailure;
    default:
      return cudaErrorUnknown;
  }
}

}  // namespace nightjar::cuda::cudnn
