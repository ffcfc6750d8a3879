// Runs one CUDA kernel on made-up data, next to the reference.
#pragma once

#include <optional>

#include "kernels/cuda/kernel.h"
#include "tests/kernels/harness.h"
#include "tests/simt/buffer.h"

namespace nightjar::testing {

// How the tensors of a case lie in memory that are there for each image; others are planar floats. `gap`:
// elements between the channels of neighbouring pixels that belong to somebody else; a kernel must neither
// use nor touch them.
struct DeviceLayout {
  Type type = Type::f32;
  int gap = 0;
  int multiple = 1;                  // pixels begin at multiples of so many elements; a plan's of 8
  std::optional<Type> written = {};  // of what is written, where that is another

  int pixel(int channels) const { return (channels + gap + multiple - 1) / multiple * multiple; }
};
// Without memory: the data that an operation reads, and what it writes.
struct DeviceViews {
  std::vector<Tensor> in, outs;
};
DeviceViews describe(const Op& op, int batch, DeviceLayout layout);

struct DeviceOutcome {
  bool accepted = false;
  bool gaps_untouched = true;
  bool packed_in_bounds = true;  // the emulator looks at all other memory, access by access
  bool workspace_clean = true;   // a second launch gave the same values, and both left the zeros at zero
  double error = 0;              // rms(difference) / rms(reference), of the worst output
  std::vector<float> values;
};

// A device tensor and the memory it lies in.
struct DeviceTensor {
  Buffer memory;
  Tensor view;
};
DeviceTensor to_device(const Tensor& values, DeviceLayout layout);
OwnedTensor from_device(const DeviceTensor& tensor);  // planar

// What the kernel packs of the weights.
struct Packed {
  Buffer memory;
  bool in_bounds;
};
Packed pack(const cuda::CudaKernel& kernel, const Op& op, const std::vector<OwnedTensor>& weights);

// What a kernel is given, as a tensor of the type can hold it, and what the operation's definition makes of
// it.
struct DeviceExample {
  int batch;
  std::vector<OwnedTensor> data, weights;
  std::vector<OwnedTensor> expected;
};
DeviceExample make_example(const Op& op, int batch, Type type);

// `example`: of the layout's type.
DeviceOutcome run_on_device(const cuda::CudaKernel& kernel, const Op& op, const DeviceExample& example,
                            DeviceLayout layout, cuda::Device device);
inline DeviceOutcome run_on_device(const cuda::CudaKernel& kernel, const Op& op, int batch,
                                   DeviceLayout layout, cuda::Device device) {
  return run_on_device(kernel, op, make_example(op, batch, layout.type), layout, device);
}

}  // namespace nightjar::testing
