// Parameters -> packed weights on the device. Each kernel's packing of a layer is there once, whatever
// batches use it.
#pragma once

#include <map>
#include <span>
#include <utility>

#include "engine/cuda/runtime.h"
#include "engine/parameters.h"
#include "engine/plan/plan.h"

namespace nightjar::cuda {

class DeviceWeights {
 public:
  // Room for the packed weights of steps, on the thread's device; what is there stays where it is. Errors:
  // too_large, device, after which nothing was added.
  Result<void> make_room(const Graph& graph, std::span<const Step* const> steps, const Gpu& gpu);
  // Packs on this thread and uploads to the room of a step. Errors: device.
  Result<void> pack(const Op& op, const Step& step, Weights weights, const Gpu& gpu) const;

  // Reads, packs and uploads what the plan's steps need of weights that never change and is not there yet,
  // with the help of `threads`. Errors, after which nothing was added: as pack_weights(); those above.
  Result<void> add(const Graph& graph, const Plan& plan, const ParameterSource& source, int threads,
                   const Gpu& gpu);

  // Of a step that was added; null where its kernel packs nothing.
  const void* of(const Step& step) const;

 private:
  using Key = std::pair<int, const Kernel*>;  // node, kernel
  static Key key_of(const Step& step) { return {step.node, step.kernel}; }
  std::map<Key, DeviceMemory> packed_;
};

}  // namespace nightjar::cuda
