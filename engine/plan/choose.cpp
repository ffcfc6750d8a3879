// Which layout each value has, and which kernel computes it.
#include <algorithm>

#include "engine/plan/plan.h"
#include "engine/plan/tune.h"

namespace nightjar {
namespace {

// The picture comes planar, and boxes are decoded from planar heads; everything between is blocked.
bool is_planar(const Op& op) {
  return std::holds_alternative<ops::Input>(op) || std::holds_alternative<ops::YoloHead>(op) ||
         std::holds_alternative<ops::GaussianHead>(op) || std::holds_alternative<ops::RegionHead>(op);
}

void offer(const KernelSet& set, const Op& op, const std::vector<Tensor>& in, const Tensor& out,
           std::vector<Candidate>& candidates) {
  for (std::size_t i = 0; i < set.count; ++i) {
    const Kernel& kernel = set.kernels[i];
    if (kernel.op != op.index() || !kernel.accepts(op, in.data(), out)) continue;
    candidates.push_back({&kernel, kernel.cycles(op, out)});
  }
}

void look_up(const Tuning& tuning, const Node& node, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) candidate.microseconds = tuning.find(node, candidate.kernel->name).value_or(0);
}

}  // namespace

void choose_layouts(const Graph& graph, const KernelSet& set, Plan& plan) {
  for (const Node& node : graph.nodes) {
    plan.values.push_back({node.shape, is_planar(node.op) ? 1 : set.block, -1, 0});
  }
}

void choose_kernels(const Graph& graph, const KernelSet& set, const PlanOptions& options, Plan& plan) {
  const KernelSet& reference = kernel_sets().back();
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
    const Node& node = graph.nodes[static_cast<std::size_t>(i)];
    if (!plan.computed[static_cast<std::size_t>(i)]) continue;
    std::vector<Tensor> in;
    for (const int input : node.inputs) in.push_back(describe(plan.values[static_cast<std::size_t>(input)]));
    const Tensor out = describe(plan.values[static_cast<std::size_t>(i)]);
    Step step;
    step.node = i;
    offer(set, node.op, in, out, step.candidates);
    if (!options.winograd) std::erase_if(step.candidates, [](const Candidate& c) { return c.kernel->winograd; });
    if (step.candidates.empty()) offer(reference, node.op, in, out, step.candidates);
    if (options.tuning) look_up(*options.tuning, node, step.candidates);
    std::stable_sort(step.candidates.begin(), step.candidates.end(), [](const Candidate& a, const Candidate& b) {
      const bool measured = a.microseconds > 0 && b.microseconds > 0;
      return measured ? a.microseconds < b.microseconds : a.cycles < b.cycles;
    });
    step.kernel = step.candidates.front().kernel;
    plan.steps.push_back(std::move(step));
  }
}

}  // namespace nightjar
