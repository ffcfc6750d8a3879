#include "engine/plan/plan.h"

#include <algorithm>

namespace nightjar {

namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// What kernels read around their input is part of its storage.
void widen_halos(const Graph& graph, Plan& plan) {
  for (const Step& step : plan.steps) {
    const Node& node = graph.nodes[at(step.node)];
    Storage& s = plan.storages[at(plan.values[at(node.inputs[0])].storage)];
    s.halo = std::max(s.halo, step.kernel->halo(node.op));
  }
}

// A halo in the arena is dirty when its storage comes into use: the step that then runs clears it.
void schedule_clearing(Plan& plan) {
  for (int i = 0; i < static_cast<int>(plan.storages.size()); ++i) {
    const Storage& s = plan.storages[at(i)];
    if (s.halo == 0 || !s.in_arena) continue;
    const auto step =
        std::find_if(plan.steps.begin(), plan.steps.end(), [&](const Step& t) { return t.node >= s.first; });
    step->clear.push_back(i);
  }
}

}  // namespace

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
  assign_storages(graph, plan);
  choose_kernels(graph, set, options, plan);
  widen_halos(graph, plan);
  lay_out_arena(plan);
  schedule_clearing(plan);
  lay_out_weights(graph, plan);
  return plan;
}

void lay_out_weights(const Graph& graph, Plan& plan) {
  for (Step& step : plan.steps) {
    constexpr std::int64_t line = 16;
    step.packed = plan.packed_floats;
    step.packed_floats = step.kernel->packed_floats(graph.nodes[at(step.node)].op);
    plan.packed_floats += (step.packed_floats + line - 1) / line * line;
  }
}

}  // namespace nightjar
