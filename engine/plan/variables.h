// Parameters that may change between runs: their values, what is computed from them, and packing both again.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "engine/plan/pack.h"

namespace nightjar {

// What who wants to change a parameter of a model that packed it for good is told.
Error fixed_parameters(const Graph& graph);

// A context's own. All lie in the region `once`, planar, in the host's memory.
class Variables {
 public:
  // Reads what the graph's parameters hold at first. Errors: as read_parameter(); too_large.
  static Result<Variables> create(const Graph& graph, const Plan& plan, const ParameterSource& source);
  // All zeros. Errors: too_large.
  static Result<Variables> blank(const Graph& graph, const Plan& plan);

  std::byte* memory() const { return memory_.get(); }
  // A run wrote some of them.
  void have_changed() { stale_ = true; }
  // Writes parameter `index`, as the weights file would have it. Errors: usage, for another number of values
  // or a parameter that is fixed.
  Result<void> write(int index, std::span<const float> values);
  // If anything was written since, or never packed: computes what is derived and hands all steps that are
  // packed anew their weights, each on one thread of the pool.
  Result<void> refresh(ThreadPool& pool, const PackStep& pack);
  // The parts of that: what is computed from parameters, and what a step packs.
  void compute_derived() const;
  std::array<const void*, max_weights + 1> weights_of(const Step& step) const;

 private:
  Variables(const Graph& graph, const Plan& plan, HostMemory memory)
      : graph_(&graph), plan_(&plan), memory_(std::move(memory)) {}
  Tensor tensor(int value) const;

  const Graph* graph_;
  const Plan* plan_;
  HostMemory memory_;
  bool stale_ = true;
};

}  // namespace nightjar
