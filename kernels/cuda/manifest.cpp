#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {

std::span<const CudaKernel* const> kernels() {
#define NIGHTJAR_ADDRESS(kernel) &kernel,
  static constexpr const CudaKernel* all[] = {NIGHTJAR_HOPPER_KERNELS(NIGHTJAR_ADDRESS)
#ifdef NIGHTJAR_HAVE_CUBLAS
                                                  NIGHTJAR_CUBLAS_KERNELS(NIGHTJAR_ADDRESS)
#endif
#ifdef NIGHTJAR_HAVE_CUDNN
                                                      NIGHTJAR_CUDNN_KERNELS(NIGHTJAR_ADDRESS)
#endif
                                                          NIGHTJAR_CUDA_KERNELS(NIGHTJAR_ADDRESS)
                                                              NIGHTJAR_LEARNING_KERNELS(NIGHTJAR_ADDRESS)};
#undef NIGHTJAR_ADDRESS
  return all;
}

}  // namespace nightjar::cuda
