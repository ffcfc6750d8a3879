// Weights that changed, packed again: on the device, as parameters are trained there.
//
// What most kernels pack is their parameters in another order, as they are or rounded. Which place each
// packed element comes from is found out once, by packing the numbers of the places; the device then gathers.
// What is computed from parameters is packed by the host.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/cuda/launcher.h"
#include "engine/cuda/pack.h"
#include "engine/plan/variables.h"

namespace nightjar::cuda {

class Repacker {
 public:
  // For the steps of the launcher's plan that are packed anew, whose room there is. Errors: too_large,
  // device.
  static Result<Repacker> create(const Graph& graph, const Launcher& launcher, const DeviceWeights& room,
                                 const Gpu& gpu);

  // Enqueues the gathering of what is gathered. Errors: device.
  Result<void> gather() const;
  // Whether there are steps that the host packs.
  bool needs_host() const { return needs_host_; }
  bool is_gathered(const Step& step) const;

 private:
  struct Gathered {
    const Step* step;
    DeviceMemory places;  // of its elements; from 1, and 0 where there is nothing
    std::byte* packed;
    std::int64_t count, floats;  // elements; those of them that come first and are floats
    Precision precision;         // of the rest
  };
  Repacker(const Launcher& launcher, const Gpu& gpu) : launcher_(&launcher), gpu_(&gpu) {}
  Result<void> add(const Step& step, std::int64_t floats, const std::vector<std::uint32_t>& places,
                   const void* packed);

  const Launcher* launcher_;
  const Gpu* gpu_;
  std::vector<Gathered> gathered_;
  bool needs_host_ = false;
};

}  // namespace nightjar::cuda
