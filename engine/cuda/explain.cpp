#include "engine/cuda/explain.h"

#include "engine/format_line.h"
#include "engine/plan/explain.h"

namespace nightjar::cuda {

std::string explain(const Graph& graph, const Plan& plan, const std::string& isa, std::int64_t packed_bytes) {
  std::vector<ExplainedStep> steps;
  for (const Step& step : plan.steps) {
    const Value& value = plan.values[static_cast<std::size_t>(step.node)];
    const Storage& s = plan.storages[static_cast<std::size_t>(value.storage)];
    const std::int64_t first = std::int64_t{value.first_block} * value.block * bytes_of(plan.type);
    ExplainedStep line{step.node, {}, plan.bytes(s.offset) + first, plan.bytes(value.shape.size())};
    for (const Candidate& c : step.candidates)
      line.choices.push_back({c.kernel->name, c.estimate, c.measured});
    steps.push_back(std::move(line));
  }
  return nightjar::explain(graph, steps, "us") + format(", %s, activations %.1f MB, packed weights %.1f MB\n",
                                                        isa.c_str(), double(plan.arena_bytes()) * 1e-6,
                                                        double(packed_bytes) * 1e-6);
}

}  // namespace nightjar::cuda
