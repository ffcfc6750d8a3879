#include "engine/cuda/plan.h"

#include <algorithm>

#include "engine/plan/choose.h"
#include "engine/plan/walk.h"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

bool is_offered(const CudaKernel& kernel, const PlanOptions& options) {
  return kernel.minimum_sm <= options.device.sm && options.device.sm <= kernel.maximum_sm &&
         kernel.precision <= options.precision;
}

std::vector<Candidate> offer(const Node& node, const Operands& operands, const PlanOptions& options,
                             Library library) {
  std::vector<Candidate> candidates;
  for (const CudaKernel* kernel : kernels()) {
    if (kernel->op != node.op.kind() || kernel->library != library || !is_offered(*kernel, options)) continue;
    if (!kernel->accepts(node.op, operands.in.data(), operands.out.data())) continue;
    candidates.push_back({kernel, kernel->microseconds(node.op, operands.out[0], options.device)});
  }
  return candidates;
}

// The storages of what operations want exact: losses and what they are made of.
std::vector<bool> exact_storages(const Graph& graph, const CudaPlan& plan) {
  std::vector<bool> exact(plan.storages.size());
  const auto mark = [&](const nightjar::Operands& operands, const std::vector<int>& values) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const int storage = plan.places[at(values[i])].storage;
      if (operands[i].exact && storage >= 0) exact[at(storage)] = true;
    }
  };
  for (const Node& node : graph.nodes) {
    mark(node.op.reads(), node.inputs);
    mark(node.op.writes(), node.outputs);
  }
  return exact;
}

// Activations and states are stored in halves where the plan multiplies them; parameters stay floats.
void store_in_halves(const Graph& graph, CudaPlan& plan) {
  const std::vector<bool> exact = exact_storages(graph, plan);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    Storage& s = plan.storages[i];
    if (s.type == Type::f32 && s.region != Region::once && !exact[i]) s.type = Type::f16;
  }
}

// What boxes are decoded from must be there when the run has ended.
void keep_until_end(const Graph& graph, CudaPlan& plan) {
  for (const Head& head : graph.heads) {
    const int raw = graph.producer(base(head).value).inputs[0];
    plan.storages[at(plan.places[at(raw)].storage)].last = static_cast<int>(graph.nodes.size());
  }
}

Error refusal(const Graph& graph, const Node& node, const PlanOptions& options) {
  const std::string layer = "layer " + std::to_string(node.layer) + " (" + node.op.words() + ")";
  const auto all = kernels();
  if (std::none_of(all.begin(), all.end(),
                   [&](const CudaKernel* kernel) { return kernel->op == node.op.kind(); }))
    return {Failure::device, graph.file + ": there is no CUDA kernel for " + layer + "; use --device cpu"};
  return {Failure::too_large, graph.file + ": no CUDA kernel takes " + layer + " for a batch of " +
                                  std::to_string(options.batch) +
                                  "; use a smaller batch or size, or --device cpu"};
}

Result<Step> choose_kernel(const Graph& graph, int node_index, const PlanOptions& options,
                           const CudaPlan& plan) {
  const Node& node = graph.nodes[at(node_index)];
  const Operands operands = operands_of(graph, plan, node_index);
  std::vector<Candidate> candidates = offer(node, operands, options, options.convolutions);
  // What a library does not have, and all that is no convolution, is ours.
  if (candidates.empty()) candidates = offer(node, operands, options, Library::ours);
  if (candidates.empty()) return refusal(graph, node, options);
  return choose(graph, node_index, std::move(candidates), options.tuning, options.least_gain);
}

}  // namespace

Operands operands_of(const Graph& graph, const CudaPlan& plan, int node, int step,
                     const RegionStarts& regions) {
  const Node& n = graph.nodes[at(node)];
  const Stride stride = stride_of(graph, n, step);
  const auto operand = [&](int value, int step_of_it) {
    return part_of_step(graph, value, tensor_of(graph, plan, value, plan.batch, regions), step_of_it);
  };
  Operands operands;
  for (const int value : inputs_of(n, Role::data)) operands.in.push_back(operand(value, stride.reads));
  for (const int value : n.outputs) operands.out.push_back(operand(value, stride.writes));
  return operands;
}

Operands operands_of(const Graph& graph, const CudaPlan& plan, int node) {
  return operands_of(graph, plan, node, turns_of(graph, graph.nodes[at(node)].walk).front());
}

Result<CudaPlan> make_plan(const Graph& graph, const PlanOptions& options) {
  constexpr int block = 8;
  CudaPlan plan;
  plan.isa = "sm_" + std::to_string(options.device.sm) + " " + name_of(options.precision);
  plan.batch = options.batch;
  plan.precision = options.precision;
  plan.device = options.device;
  for (const GraphValue& value : graph.values) plan.places.push_back({.block = value.per_image ? block : 1});
  assign_storages(graph, true, plan);
  if (options.precision == Precision::fp16) store_in_halves(graph, plan);
  keep_until_end(graph, plan);
  lay_out_regions(plan);
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
    if (!plan.computed[at(i)]) continue;
    auto step = choose_kernel(graph, i, options, plan);
    if (!step) return step.error();
    const std::int64_t workspace =
        cuda_kernel_of(step->kernel)
            .workspace_bytes(graph.nodes[at(i)].op, operands_of(graph, plan, i).out[0], options.device);
    plan.workspace_bytes = std::max(plan.workspace_bytes, workspace);
    plan.steps.push_back(std::move(*step));
  }
  lay_out_weights(graph, plan);
  return plan;
}

}  // namespace nightjar::cuda
