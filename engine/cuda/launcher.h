// The memory of one batch on the device, and the stream that the steps of a plan run on.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/cuda/plan.h"
#include "engine/cuda/runtime.h"

namespace nightjar::cuda {

// A step with all that launching it takes.
struct PreparedStep {
  const Node* node;
  const CudaKernel* kernel;
  Operands operands;
  Call call;                         // points into the operands
  std::vector<std::byte> by_kernel;  // what its prepare() found out
};

class Launcher {
 public:
  // On the thread's device, as everything here. The graph and the GPU must outlive it. Errors: too_large,
  // device.
  static Result<std::unique_ptr<Launcher>> create(const Graph& graph, CudaPlan plan, const Gpu& gpu);

  const CudaPlan& plan() const { return plan_; }
  Stream stream() const { return stream_.get(); }
  // Where values lie that do not outlive a run.
  std::byte* arena() const { return arena_.get(); }
  // Where values lie that there are once: parameters that may change, sums over images. Null: there are none.
  std::byte* once() const { return once_.get(); }
  // A value, all images; valid until the memory is used again, which is the end of the run for results and
  // what heads read.
  Tensor value(int value) const { return tensor_of(graph_, plan_, value, plan_.batch, regions()); }

  // A step of the plan, computed by `kernel` with weights that it packed; where its node walks, at a step of
  // the sequences. Errors: device.
  Result<PreparedStep> prepare(const Step& step, const CudaKernel& kernel, const void* packed,
                               int sequence_step) const;
  // Enqueues it. Errors: device.
  Result<void> launch(const PreparedStep& step) const;
  Result<void> wait() const;
  // Makes every state of images zero.
  Result<void> clear_states() const;
  // What `enqueue` enqueues on the stream. Its kernels must have run before: the driver loads a kernel when
  // it first starts, which it cannot in a recording.
  Result<Recording> record(const std::function<Result<void>()>& enqueue) const;
  // Microseconds that a step takes where it runs again and again: the best of a few times ten launches. Of
  // several forms of it, as with different weights, in turn.
  Result<double> time(std::span<const PreparedStep> steps) const;
  // Microseconds that no kernel could beat (kernels/cuda/limit.h); 0 where that is not known.
  double limit(const PreparedStep& step) const;

 private:
  Launcher(const Graph& graph, CudaPlan plan, const Gpu& gpu)
      : graph_(graph), plan_(std::move(plan)), gpu_(gpu) {}
  RegionStarts regions() const { return {arena_.get(), kept_.get(), once_.get()}; }
  Result<void> allocate_zeroed(std::int64_t bytes, DeviceMemory& memory) const;

  const Graph& graph_;
  CudaPlan plan_;
  const Gpu& gpu_;
  DeviceMemory arena_;
  // Zeros at first; kernels leave the workspace as they need to find it.
  DeviceMemory kept_, once_, workspace_;
  OwnedStream stream_;
};

}  // namespace nightjar::cuda
