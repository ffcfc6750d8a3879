// Which layout each value has, and which kernel computes it.
#include <algorithm>
#include <limits>

#include "engine/plan/plan.h"
#include "engine/plan/tune.h"

namespace nightjar {
namespace {

// The picture comes planar, and boxes are decoded from planar heads; everything between is blocked.
bool is_planar(const Op& op) {
  return std::holds_alternative<ops::Input>(op) || std::holds_alternative<ops::YoloHead>(op) ||
         std::holds_alternative<ops::GaussianHead>(op) || std::holds_alternative<ops::RegionHead>(op);
}

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// A value's block where the narrow ones are made wide.
int wide_block(const KernelSet& set, int block) {
  return block == set.narrow_block ? set.block : block;
}

// The kernels of a set that take a node in the layouts that the values have, or with its narrow values made
// wide.
std::vector<Candidate> offer(const KernelSet& set, const Node& node, int self,
                             const std::vector<Value>& values, bool wide = false) {
  const auto tensor = [&](int i) {
    Tensor t = describe(values[at(i)]);
    if (wide) t.block = wide_block(set, t.block);
    return t;
  };
  std::vector<Tensor> in;
  for (const int input : node.inputs) in.push_back(tensor(input));
  const Tensor out = tensor(self);
  std::vector<Candidate> candidates;
  for (const Kernel* kernel : set.kernels) {
    if (kernel->op != node.op.index() || !kernel->accepts(node.op, in.data(), out)) continue;
    candidates.push_back({kernel, kernel->cycles(node.op, out)});
  }
  return candidates;
}

double least_cycles(const std::vector<Candidate>& candidates) {
  double least = std::numeric_limits<double>::infinity();
  for (const Candidate& candidate : candidates) least = std::min(least, candidate.cycles);
  return least;
}

// Makes the narrow ones of a node's value and what it reads wide. True if there was any.
bool widen(const KernelSet& set, const Node& node, int self, std::vector<Value>& values) {
  bool any = false;
  const auto widen_one = [&](Value& value) {
    const int block = wide_block(set, value.block);
    any |= block != value.block;
    value.block = block;
  };
  widen_one(values[at(self)]);
  for (const int input : node.inputs) widen_one(values[at(input)]);
  return any;
}

// Whether a node would rather have its narrow values wide: no kernel takes them as they are, a cheaper one
// takes them wide, or a concatenation's inputs could not be computed in place.
bool prefers_wide(const KernelSet& set, const Node& node, int self, const std::vector<Value>& values) {
  if (std::holds_alternative<ops::Concat>(node.op)) {
    const auto differs = [&](int input) { return values[at(input)].block != values[at(self)].block; };
    return std::any_of(node.inputs.begin(), node.inputs.end(), differs);
  }
  return least_cycles(offer(set, node, self, values, true)) < least_cycles(offer(set, node, self, values));
}

// By the measured times, where all of them were measured; by the estimates otherwise.
void sort_by_cost(std::vector<Candidate>& candidates) {
  const bool measured = std::all_of(candidates.begin(), candidates.end(),
                                    [](const Candidate& c) { return c.microseconds > 0; });
  std::stable_sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
    return measured ? a.microseconds < b.microseconds : a.cycles < b.cycles;
  });
}

void look_up(const Tuning& tuning, const Node& node, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates)
    candidate.microseconds = tuning.find(node, candidate.kernel->name).value_or(0);
}

}  // namespace

// Starts narrow wherever the channels fit, and widens as nodes ask for it.
void choose_layouts(const Graph& graph, const KernelSet& set, Plan& plan) {
  for (const Node& node : graph.nodes) {
    const int block = node.shape.c <= set.narrow_block ? set.narrow_block : set.block;
    plan.values.push_back({node.shape, is_planar(node.op) ? 1 : block, -1, 0});
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
      const Node& node = graph.nodes[at(i)];
      if (prefers_wide(set, node, i, plan.values)) changed |= widen(set, node, i, plan.values);
    }
  }
}

void choose_kernels(const Graph& graph, const KernelSet& set, const PlanOptions& options, Plan& plan) {
  const KernelSet& reference = kernel_sets().back();
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
    const Node& node = graph.nodes[at(i)];
    if (!plan.computed[at(i)]) continue;
    Step step;
    step.node = i;
    step.candidates = offer(set, node, i, plan.values);
    if (!options.winograd)
      std::erase_if(step.candidates, [](const Candidate& c) { return c.kernel->winograd; });
    if (step.candidates.empty()) step.candidates = offer(reference, node, i, plan.values);
    if (options.tuning) look_up(*options.tuning, node, step.candidates);
    sort_by_cost(step.candidates);
    step.kernel = step.candidates.front().kernel;
    plan.steps.push_back(std::move(step));
  }
}

}  // namespace nightjar
