#include "engine/plan/plan.h"

namespace nightjar {

std::int64_t Storage::image_floats() const {
  constexpr std::int64_t line = 16;  // 64 bytes
  return (std::int64_t{channel_blocks} * plane() + line - 1) / line * line;
}

Tensor describe(const Value& value) {
  Tensor t;
  t.shape = value.shape;
  t.block = value.block;
  return t;
}

Plan make_plan(const Graph& graph, const KernelSet& set, const PlanOptions& options) {
  Plan plan;
  plan.isa = set.isa;
  choose_layouts(graph, set, plan);
  choose_kernels(graph, set, options, plan);
  assign_storages(graph, plan);
  lay_out_arena(plan);
  lay_out_weights(graph, plan);
  return plan;
}

void lay_out_weights(const Graph& graph, Plan& plan) {
  for (Step& step : plan.steps) {
    constexpr std::int64_t line = 16;
    step.packed = plan.packed_floats;
    step.packed_floats = step.kernel->packed_floats(graph.nodes[static_cast<std::size_t>(step.node)].op);
    plan.packed_floats += (step.packed_floats + line - 1) / line * line;
  }
}

}  // namespace nightjar
