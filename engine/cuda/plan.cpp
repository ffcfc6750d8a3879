#include "engine/cuda/plan.h"

#include <algorithm>

#include "engine/plan/explain.h"
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

void offer(const Node& node, const PlanOptions& options, Library library, const std::vector<Tensor>& in,
           const Tensor& out, std::vector<Candidate>& candidates) {
  for (const CudaKernel* kernel : kernels()) {
    if (kernel->op != node.op.index() || kernel->library != library || !is_offered(*kernel, options))
      continue;
    if (!kernel->accepts(node.op, in.data(), out)) continue;
    candidates.push_back({kernel, kernel->microseconds(node.op, out, options.device)});
    if (options.tuning) candidates.back().measured = options.tuning->find(node, kernel->name).value_or(0);
  }
}

// What boxes are decoded from must be there when the run has ended.
void keep_until_end(const Graph& graph, Plan& plan) {
  for (const Head& head : graph.heads) {
    const int input = graph.nodes[at(base(head).node)].inputs[0];
    plan.storages[at(plan.values[at(input)].storage)].last = static_cast<int>(graph.nodes.size());
  }
}

Result<Step> choose_kernel(const Graph& graph, int node_index, const PlanOptions& options, const Plan& plan) {
  const Node& node = graph.nodes[at(node_index)];
  std::vector<Tensor> in;
  for (const int input : node.inputs) in.push_back(tensor_of(plan, input));
  const Tensor out = tensor_of(plan, node_index);
  Step step;
  step.node = node_index;
  offer(node, options, options.convolutions, in, out, step.candidates);
  // What a library does not have, and all that is no convolution, is ours.
  if (step.candidates.empty()) offer(node, options, Library::ours, in, out, step.candidates);
  if (step.candidates.empty()) {
    return Error{Failure::too_large, graph.file + ": no CUDA kernel takes layer " +
                                         std::to_string(node.layer) + " (" + describe(node.op) +
                                         ") for a batch of " + std::to_string(options.batch) +
                                         "; use a smaller batch or size, or --device cpu"};
  }
  const bool measured = std::all_of(step.candidates.begin(), step.candidates.end(),
                                    [](const Candidate& c) { return c.measured > 0; });
  std::stable_sort(step.candidates.begin(), step.candidates.end(),
                   [&](const Candidate& a, const Candidate& b) {
                     return measured ? a.measured < b.measured : a.estimate < b.estimate;
                   });
  step.kernel = step.candidates.front().kernel;
  return step;
}

}  // namespace

std::int64_t Plan::input_bytes() const {
  return bytes(storages[at(values[0].storage)].image_elements());
}

Tensor tensor_of(const Plan& plan, int node, std::byte* arena, std::byte* input) {
  const Value& value = plan.values[at(node)];
  const Storage& s = plan.storages[at(value.storage)];
  Tensor t;
  t.shape = value.shape;
  t.batch = plan.batch;
  t.pixel = s.channel_blocks * s.block;
  t.type = plan.type;
  std::byte* memory = s.in_arena ? arena : input;
  if (memory) t.data = memory + plan.bytes(s.offset) + value.first_block * value.block * bytes_of(plan.type);
  return t;
}

Result<Plan> make_plan(const Graph& graph, const PlanOptions& options) {
  constexpr int block = 8;
  Plan plan;
  plan.batch = options.batch;
  plan.type = options.precision == Precision::fp16 ? Type::f16 : Type::f32;
  plan.precision = options.precision;
  plan.device = options.device;
  for (const Node& node : graph.nodes) plan.values.push_back({node.shape, block, -1, 0});
  assign_storages(graph, plan);
  keep_until_end(graph, plan);
  lay_out_arena(plan);
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
    if (!plan.computed[at(i)]) continue;
    auto step = choose_kernel(graph, i, options, plan);
    if (!step) return step.error();
    const Op& op = graph.nodes[at(i)].op;
    plan.workspace_bytes =
        std::max(plan.workspace_bytes, step->kernel->workspace_bytes(op, tensor_of(plan, i), options.device));
    plan.steps.push_back(std::move(*step));
  }
  return plan;
}

}  // namespace nightjar::cuda
