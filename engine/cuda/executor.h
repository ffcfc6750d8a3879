// Runs the steps of a plan: the activations' memory of one batch on the device, and the stream they run on.
#pragma once

#include <functional>
#include <memory>

#include "engine/cuda/plan.h"
#include "engine/cuda/runtime.h"

namespace nightjar::cuda {

class Executor {
 public:
  // On the thread's device, as everything here. The graph and the GPU must outlive it. Errors: too_large,
  // device.
  static Result<std::unique_ptr<Executor>> create(const Graph& graph, Plan plan, const Gpu& gpu);

  const Plan& plan() const { return plan_; }
  Stream stream() const { return stream_.get(); }
  // The value of a node, all images; valid until the memory is used again, which is the end of the run for
  // heads, what they read, and the output.
  Tensor value(int node) const { return tensor_of(plan_, node, arena_.get(), input_.get()); }

  // Enqueues a step, computed by `kernel`. Errors: device.
  Result<void> launch(const Step& step, const CudaKernel& kernel, const void* packed) const;
  Result<void> wait() const;
  // What `enqueue` enqueues on the stream. Its kernels must have run before: the driver loads a kernel when
  // it first starts, which it cannot in a recording.
  Result<Recording> record(const std::function<Result<void>()>& enqueue) const;
  // Microseconds that a step takes where it runs again and again: the best of a few times ten launches.
  Result<double> time(const Step& step, const CudaKernel& kernel, const void* packed) const;
  // Microseconds that no kernel could beat (kernels/cuda/limit.h); 0 where that is not known.
  double limit(const Step& step) const;

 private:
  std::vector<Tensor> inputs_of(const Node& node) const;
  Executor(const Graph& graph, Plan plan, const Gpu& gpu)
      : graph_(graph), plan_(std::move(plan)), gpu_(gpu) {}
  Result<void> allocate_zeroed(std::int64_t bytes, DeviceMemory& memory) const;

  const Graph& graph_;
  Plan plan_;
  const Gpu& gpu_;
  DeviceMemory arena_;
  DeviceMemory input_, workspace_;  // zeros at first; kernels leave the workspace as they need to find it
  OwnedStream stream_;
};

}  // namespace nightjar::cuda
