#include "engine/plan/plan.h"

#include <algorithm>

namespace nightjar {

std::vector<const Step*> packing_steps(const Plan& plan, bool repacked) {
  std::vector<const Step*> steps;
  for (const Step& step : plan.steps)
    if (step.packed_bytes > 0 && step.repacked == repacked) steps.push_back(&step);
  return steps;
}

void lay_out_weights(const Graph& graph, Plan& plan) {
  for (Step& step : plan.steps) {
    const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
    const std::vector<int> weights = inputs_of(node, Role::weight);
    step.packed_bytes = step.kernel->packed_bytes(node.op);
    step.repacked =
        !std::all_of(weights.begin(), weights.end(), [&](int value) { return is_constant(graph, value); });
    std::int64_t& end = step.repacked ? plan.repacked_bytes : plan.packed_bytes;
    step.packed_at = end;
    end += whole_lines(step.packed_bytes);
  }
}

}  // namespace nightjar
