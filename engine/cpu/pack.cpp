#include "engine/cpu/pack.h"

namespace nightjar::cpu {

Result<HostMemory> pack_weights(const Graph& graph, const Plan& plan, const ParameterSource& source,
                                ThreadPool& pool) {
  HostMemory packed = allocate_host(plan.packed_bytes);
  if (!packed) return no_memory_for_weights(graph, plan.packed_bytes);
  const auto pack = [&](const Step& step, Weights weights) -> Result<void> {
    step.kernel->pack(graph.nodes[static_cast<std::size_t>(step.node)].op, weights,
                      packed.get() + step.packed_at);
    return {};
  };
  if (auto done = nightjar::pack_weights(graph, packing_steps(plan, false), source, pool, pack); !done)
    return done.error();
  return packed;
}

}  // namespace nightjar::cpu
