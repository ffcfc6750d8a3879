#include "engine/cpu/layouts.h"

#include <algorithm>
#include <limits>

#include "engine/cpu/plan.h"
#include "kernels/ops/concat.h"

namespace nightjar::cpu {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

bool is_head(const Graph& graph, int value) {
  return std::any_of(graph.heads.begin(), graph.heads.end(),
                     [&](const Head& head) { return base(head).value == value; });
}

// A value's block where the narrow ones are made wide.
int wide_block(const KernelSet& set, int block) {
  return block == set.narrow_block ? set.block : block;
}

// The kernels that take a node as it is, or with its narrow values made wide.
std::vector<Candidate> offer(const Graph& graph, const KernelSet& set, const Node& node, const Plan& plan,
                             bool wide) {
  const auto tensors = [&](const std::vector<int>& values) {
    std::vector<Tensor> all;
    for (const int value : values) {
      all.push_back(tensor_of(graph, plan, value, 1));
      if (wide) all.back().block = wide_block(set, all.back().block);
    }
    return all;
  };
  const std::vector<Tensor> in = tensors(inputs_of(node, Role::data)), out = tensors(node.outputs);
  std::vector<Candidate> candidates;
  for (const CpuKernel* kernel : set.kernels) {
    if (kernel->op == node.op.kind() && kernel->accepts(node.op, in.data(), out.data()))
      candidates.push_back({kernel, kernel->cycles(node.op, out[0])});
  }
  return candidates;
}

double least_cycles(const std::vector<Candidate>& candidates) {
  double least = std::numeric_limits<double>::infinity();
  for (const Candidate& candidate : candidates) least = std::min(least, candidate.estimate);
  return least;
}

// Calls visit(value) for the values of images that a node reads and writes.
template <class Visit>
void each_value(const Node& node, const Visit& visit) {
  for (const int value : inputs_of(node, Role::data)) visit(value);
  for (const int value : node.outputs) visit(value);
}

// Makes the narrow ones of a node's values wide. True if there was any.
bool widen(const KernelSet& set, const Node& node, Plan& plan) {
  bool any = false;
  each_value(node, [&](int value) {
    int& block = plan.places[at(value)].block;
    any |= wide_block(set, block) != block;
    block = wide_block(set, block);
  });
  return any;
}

// Whether a node would rather have its narrow values wide: no kernel takes them as they are, a cheaper one
// takes them wide, or a concatenation's inputs could not be computed in place.
bool prefers_wide(const Graph& graph, const KernelSet& set, const Node& node, const Plan& plan) {
  if (node.op.is<ops::Concat>()) {
    const int block = plan.places[at(node.outputs[0])].block;
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](int input) { return plan.places[at(input)].block != block; });
  }
  return least_cycles(offer(graph, set, node, plan, true)) <
         least_cycles(offer(graph, set, node, plan, false));
}

}  // namespace

std::vector<Candidate> offer(const Graph& graph, const KernelSet& set, const Node& node, const Plan& plan) {
  return offer(graph, set, node, plan, false);
}

void choose_layouts(const Graph& graph, const KernelSet& set, Plan& plan) {
  for (int i = 0; i < static_cast<int>(graph.values.size()); ++i) {
    const GraphValue& value = graph.values[at(i)];
    const bool from_outside = outlives_a_run(value.kind) && value.kind != Kind::state;
    const bool planar = from_outside || !value.per_image || value.type != Type::f32 || is_head(graph, i);
    const int block = value.shape.c <= set.narrow_block ? set.narrow_block : set.block;
    plan.places.push_back({.block = planar ? 1 : block});
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const Node& node : graph.nodes)
      if (prefers_wide(graph, set, node, plan)) changed |= widen(set, node, plan);
  }
}

}  // namespace nightjar::cpu
