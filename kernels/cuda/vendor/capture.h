// Calling a library while this thread records a CUDA graph.
#pragma once

#include <cuda_runtime_api.h>

namespace nightjar::cuda {

// While it lives, this thread may allocate and load code although it records: what a library does when it is
// called for the first time. None of that becomes part of the graph.
class RelaxedCapture {
 public:
  RelaxedCapture() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  ~RelaxedCapture() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  RelaxedCapture(const RelaxedCapture&) = delete;
  RelaxedCapture& operator=(const RelaxedCapture&) = delete;

 private:
  cudaStreamCaptureMode mode_ = cudaStreamCaptureModeRelaxed;  // the one to go back to, once exchanged
};

}  // namespace nightjar::cuda
