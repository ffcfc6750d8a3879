// Runs one CUDA kernel on made-up data, next to the reference.
#pragma once

#include "kernels/cuda/kernel.h"
#include "tests/kernels/harness.h"
#include "tests/simt/buffer.h"

namespace nightjar::testing {

// How the tensors of a case lie in memory. `gap`: elements between the channels of neighbouring pixels that
// belong to somebody else; a kernel must neither use nor touch them.
struct DeviceLayout {
  cuda::Type type = cuda::Type::f32;
  int gap = 0;
};

struct DeviceOutcome {
  bool accepted = false;
  bool gaps_untouched = true;
  bool workspace_clean = true;  // a second launch gave the same values, and both left the zeros at zero
  double error =
      0;  // rms(difference) / rms(reference), the reference being given what the tensor's type can hold
  std::vector<float> values;
};

// A device tensor and the memory it lies in.
struct DeviceTensor {
  Buffer memory;
  cuda::Tensor view;
};
DeviceTensor to_device(const Tensor& values, DeviceLayout layout);
OwnedTensor from_device(const DeviceTensor& tensor);  // planar

DeviceOutcome run_on_device(const cuda::CudaKernel& kernel, const OpCase& c, int batch, DeviceLayout layout,
                            cuda::Device device);

}  // namespace nightjar::testing
