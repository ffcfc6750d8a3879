#include "engine/cuda/tune.h"

#include <algorithm>

#include "engine/cuda/errors.h"
#include "engine/cuda/executor.h"

namespace nightjar::cuda {
namespace {

const Node& node_of(const Graph& graph, const Step& step) {
  return graph.nodes[static_cast<std::size_t>(step.node)];
}

// Candidates of steps that have a choice and no time yet.
std::vector<const CudaKernel*> untimed(const Graph& graph, const Step& step, const Tuning& tuning) {
  std::vector<const CudaKernel*> kernels;
  if (step.candidates.size() < 2) return kernels;
  for (const Candidate& candidate : step.candidates) {
    if (!tuning.find(node_of(graph, step), candidate.kernel->name)) kernels.push_back(candidate.kernel);
  }
  return kernels;
}

struct Trials {
  Plan plan;  // with a workspace that any of the kernels to be timed can run in
  int kernels = 0;
  std::int64_t packed_bytes = 1;  // the most that one reads
};
Trials trials_of(const Graph& graph, const Plan& plan, const Tuning& tuning) {
  Trials trials{plan};
  for (const Step& step : plan.steps) {
    const Op& op = node_of(graph, step).op;
    for (const CudaKernel* kernel : untimed(graph, step, tuning)) {
      ++trials.kernels;
      trials.packed_bytes = std::max(trials.packed_bytes, kernel->packed_bytes(op));
      trials.plan.workspace_bytes = std::max(
          trials.plan.workspace_bytes, kernel->workspace_bytes(op, tensor_of(plan, step.node), plan.device));
    }
  }
  return trials;
}

// Any weights do; a byte that makes numbers of ordinary size in both types: 1.06 in fp16, .0115 in fp32.
Result<void> make_up_weights(std::int64_t bytes, DeviceMemory& weights, const Executor& executor,
                             const Gpu& gpu) {
  constexpr int ordinary = 0x3c;
  if (auto done = check(allocate(bytes, weights), gpu, "making room for weights"); !done) return done;
  return check(fill(weights.get(), ordinary, bytes, executor.stream()), gpu, "making weights up");
}

Result<void> measure(const Graph& graph, const Plan& plan, const Gpu& gpu, Tuning& tuning) {
  Trials trials = trials_of(graph, plan, tuning);
  if (trials.kernels == 0) return {};
  const auto executor = Executor::create(graph, std::move(trials.plan), gpu);
  if (!executor) return executor.error();
  DeviceMemory weights;
  if (auto done = make_up_weights(trials.packed_bytes, weights, **executor, gpu); !done) return done;
  for (const Step& step : plan.steps) {
    for (const CudaKernel* kernel : untimed(graph, step, tuning)) {
      const auto microseconds = (*executor)->time(step, *kernel, weights.get());
      if (!microseconds) return microseconds.error();
      tuning.set(node_of(graph, step), kernel->name, *microseconds);
    }
  }
  return {};
}

}  // namespace

Result<Tuning> tune(const Graph& graph, const Plan& plan, const Gpu& gpu, const std::string& precision) {
  const std::string file = tuning_file(gpu.name + " " + precision + " batch " + std::to_string(plan.batch));
  Tuning tuning = load_tuning(file);
  const std::string before = tuning.text();
  if (auto done = measure(graph, plan, gpu, tuning); !done) return done.error();
  if (tuning.text() != before) save(tuning, file);
  return tuning;
}

}  // namespace nightjar::cuda
