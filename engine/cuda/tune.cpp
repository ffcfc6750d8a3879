#include "engine/cuda/tune.h"

#include <algorithm>

#include "engine/cuda/errors.h"
#include "engine/cuda/launcher.h"

namespace nightjar::cuda {
namespace {

// Where any of a plan's candidates can run: with a workspace for all, and weights as long as the longest.
class Trials {
 public:
  static Result<Trials> create(const Graph& graph, const CudaPlan& plan, const Gpu& gpu) {
    CudaPlan roomy = plan;
    std::int64_t packed_bytes = 1;
    for (const Step& step : plan.steps) {
      const Op& op = graph.nodes[static_cast<std::size_t>(step.node)].op;
      const Tensor out = operands_of(graph, plan, step.node).out[0];
      for (const Candidate& candidate : step.candidates) {
        const CudaKernel& kernel = cuda_kernel_of(candidate.kernel);
        packed_bytes = std::max(packed_bytes, kernel.packed_bytes(op));
        roomy.workspace_bytes = std::max(roomy.workspace_bytes, kernel.workspace_bytes(op, out, plan.device));
      }
    }
    Trials made;
    auto launcher = Launcher::create(graph, std::move(roomy), gpu);
    if (!launcher) return launcher.error();
    made.launcher_ = std::move(*launcher);
    if (auto done = made.make_up_weights(packed_bytes, gpu); !done) return done.error();
    return made;
  }

  Result<double> time(const Step& step, const CudaKernel& kernel) const {
    const auto prepared = launcher_->prepare(step, kernel, weights_.get());
    if (!prepared) return prepared.error();
    return launcher_->time(*prepared);
  }

 private:
  // Any weights do; a byte that makes numbers of ordinary size in both types: 1.06 in fp16, .0115 in fp32.
  Result<void> make_up_weights(std::int64_t bytes, const Gpu& gpu) {
    constexpr int ordinary = 0x3c;
    if (auto done = check(allocate(bytes, weights_), gpu, "making room for weights"); !done) return done;
    return check(fill(weights_.get(), ordinary, bytes, launcher_->stream()), gpu, "making weights up");
  }

  DeviceMemory weights_;
  std::unique_ptr<Launcher> launcher_;  // ends before the weights go
};

}  // namespace

Result<Tuning> tune(const Graph& graph, const CudaPlan& plan, const Gpu& gpu) {
  std::optional<Trials> trials;  // made when the first is needed
  const auto measure = [&](const Step& step, const Kernel& kernel) -> Result<std::optional<double>> {
    if (!trials) {
      auto made = Trials::create(graph, plan, gpu);
      if (!made) return made.error();
      trials = std::move(*made);
    }
    const auto microseconds = trials->time(step, cuda_kernel_of(&kernel));
    if (!microseconds) return microseconds.error();
    return std::optional(*microseconds);
  };
  const Machine machine = gpu.name + " " + name_of(plan.precision) + " batch " + std::to_string(plan.batch);
  return nightjar::tune(graph, plan, machine, measure);
}

}  // namespace nightjar::cuda
