#include "engine/cpu/plan.h"

#include <algorithm>

#include "engine/cpu/layouts.h"
#include "engine/plan/choose.h"

namespace nightjar::cpu {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

void choose_kernels(const Graph& graph, const KernelSet& set, const PlanOptions& options, Plan& plan) {
  const KernelSet& reference = kernel_sets().back();
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
    if (!plan.computed[at(i)]) continue;
    const Node& node = graph.nodes[at(i)];
    std::vector<Candidate> candidates = offer(graph, set, node, plan);
    if (!options.winograd)
      std::erase_if(candidates, [](const Candidate& c) { return cpu_kernel_of(c.kernel).winograd; });
    if (candidates.empty()) candidates = offer(graph, reference, node, plan);
    plan.steps.push_back(choose(graph, i, std::move(candidates), options.tuning));
  }
}

// What kernels read around their input is part of its storage.
void widen_halos(const Graph& graph, Plan& plan) {
  for (const Step& step : plan.steps) {
    const Node& node = graph.nodes[at(step.node)];
    Storage& s = plan.storages[at(plan.places[at(node.inputs[0])].storage)];
    s.halo = std::max(s.halo, cpu_kernel_of(step.kernel).halo(node.op));
  }
}

// A halo in the arena is dirty when its storage comes into use: the step that then runs clears it.
void schedule_clearing(Plan& plan) {
  for (int i = 0; i < static_cast<int>(plan.storages.size()); ++i) {
    const Storage& s = plan.storages[at(i)];
    if (s.halo == 0 || s.region != Region::arena) continue;
    const auto step =
        std::find_if(plan.steps.begin(), plan.steps.end(), [&](const Step& t) { return t.node >= s.first; });
    step->clear.push_back(i);
  }
}

}  // namespace

Plan make_plan(const Graph& graph, const KernelSet& set, const PlanOptions& options) {
  Plan plan;
  plan.isa = set.isa;
  choose_layouts(graph, set, plan);
  assign_storages(graph, false, plan);
  choose_kernels(graph, set, options, plan);
  widen_halos(graph, plan);
  lay_out_regions(plan);
  schedule_clearing(plan);
  lay_out_weights(graph, plan);
  return plan;
}

}  // namespace nightjar::cpu
