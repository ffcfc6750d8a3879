// Parameters -> packed weights on the device. Each kernel's packing of a layer is there once, whatever
// batches use it.
#pragma once

#include <map>
#include <utility>

#include "engine/cuda/plan.h"
#include "engine/cuda/runtime.h"
#include "engine/parameters.h"

namespace nightjar::cuda {

class DeviceWeights {
 public:
  // Reads, packs and uploads what the plan's steps need and is not there yet, on the thread's device, with
  // the help of `threads`; what is there stays where it is. Errors, after which nothing was added: as
  // read_parameters(); too_large; device.
  Result<void> add(const Graph& graph, const Plan& plan, const ParameterSource& source, int threads,
                   const Gpu& gpu);

  // Of a step of a plan that was added; null where its kernel packs nothing.
  const void* of(const Step& step) const;
  std::int64_t bytes() const { return bytes_; }

 private:
  using Key = std::pair<int, const CudaKernel*>;  // node, kernel
  std::map<Key, DeviceMemory> packed_;
  std::int64_t bytes_ = 0;
};

}  // namespace nightjar::cuda
