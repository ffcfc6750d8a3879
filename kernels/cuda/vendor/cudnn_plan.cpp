// Which of cuDNN's engines computes a graph.
#include <algorithm>
#include <array>

#include "kernels/cuda/vendor/cudnn_graph.h"

namespace nightjar::cuda::cudnn {
namespace {

// An engine's own notes tell what it must not do. Our kernels add every product in fp32 and give the same
// bits on every run; a yardstick does no less. Winograd and Fourier transforms round more than a plain sum
// does, and a conversion of the inputs would make halves of floats. What tensor cores make of floats is TF32.
bool is_exact_enough(const Descriptor& engine, TensorCores tensor_cores) {
  std::array<cudnnBackendNumericalNote_t, CUDNN_NUMERICAL_NOTE_TYPE_COUNT> room{};
  const std::int64_t count = engine.get(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE,
                                        CUDNN_NUMERICAL_NOTE_TYPE_COUNT, room.data());
  const std::span notes(room.data(), static_cast<std::size_t>(count));
  const bool uses_tensor_cores = std::ranges::count(notes, CUDNN_NUMERICAL_NOTE_TENSOR_CORE) > 0;
  if (tensor_cores == (uses_tensor_cores ? TensorCores::never : TensorCores::always)) return false;
  return std::ranges::all_of(notes, [](cudnnBackendNumericalNote_t note) {
    return note == CUDNN_NUMERICAL_NOTE_TENSOR_CORE || note == CUDNN_NUMERICAL_NOTE_STRICT_NAN_PROP;
  });
}

// What the heuristics propose, best first.
std::vector<Descriptor> proposals(const Descriptor& graph, cudnnBackendHeurMode_t mode) {
  Descriptor heuristics(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph);
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_MODE, mode);
  heuristics.finalize();
  const auto results = [&](std::int64_t room, void* values) {
    return heuristics.get(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, room, values);
  };
  std::vector<Descriptor> configurations;
  std::vector<cudnnBackendDescriptor_t> pointers;
  for (std::int64_t i = results(0, nullptr); i > 0; --i) {
    configurations.emplace_back(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    pointers.push_back(configurations.back().get());
  }
  const std::int64_t found = results(static_cast<std::int64_t>(pointers.size()), pointers.data());
  configurations.erase(configurations.begin() + found, configurations.end());
  return configurations;
}

Descriptor engine_of(const Descriptor& configuration) {
  Descriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  cudnnBackendDescriptor_t pointer = engine.get();
  if (configuration.get(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &pointer) != 1)
    return {};
  return engine;
}

Descriptor plan_of(const Descriptor& configuration, cudnnHandle_t handle) {
  Descriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  plan.set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, handle);
  plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration);
  plan.finalize();
  return plan;
}

bool fits(const Descriptor& plan, std::int64_t most_workspace) {
  std::int64_t bytes = 0;
  return plan.get(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1, &bytes) == 1 &&
         bytes <= most_workspace;
}

}  // namespace

std::vector<Descriptor> make_plans(const Descriptor& graph, TensorCores tensor_cores,
                                   std::int64_t most_workspace, int most, cudnnHandle_t handle) {
  std::vector<Descriptor> plans;
  if (!graph.ok()) return plans;
  for (const auto mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_B, CUDNN_HEUR_MODE_FALLBACK}) {
    int of_mode = 0;
    for (const Descriptor& configuration : proposals(graph, mode)) {
      if (of_mode == most) break;
      const Descriptor engine = engine_of(configuration);
      if (!engine.ok() || !is_exact_enough(engine, tensor_cores)) continue;
      Descriptor plan = plan_of(configuration, handle);
      if (!fits(plan, most_workspace)) continue;
      plans.push_back(std::move(plan));
      ++of_mode;
    }
    if (mode == CUDNN_HEUR_MODE_B && !plans.empty()) break;
  }
  return plans;
}

}  // namespace nightjar::cuda::cudnn
