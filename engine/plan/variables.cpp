#include "engine/plan/variables.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

class GivenValues : public ParameterSource {
 public:
  explicit GivenValues(std::span<const float> values) : values_(values) {}
  Result<void> read(const Graph&, int, std::span<float> values) const override {
    std::copy(values_.begin(), values_.end(), values.begin());
    return {};
  }

 private:
  std::span<const float> values_;
};

}  // namespace

Error fixed_parameters(const Graph& graph) {
  return {Failure::usage, graph.file + ": its parameters are fixed; load the model with variable_parameters"};
}

Result<Variables> Variables::blank(const Graph& graph, const Plan& plan) {
  const std::int64_t bytes = plan.region_bytes(Region::once, 1);
  Variables made(graph, plan, allocate_host(bytes));
  if (!made.memory_) return no_memory_for_weights(graph, bytes);
  return made;
}

Result<Variables> Variables::create(const Graph& graph, const Plan& plan, const ParameterSource& source) {
  auto made = blank(graph, plan);
  if (!made) return made;
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    const int value = graph.parameters[i].value;
    if (plan.places[at(value)].storage < 0) continue;
    const std::span values(made->tensor(value).at(0, 0, 0, 0),
                           static_cast<std::size_t>(graph.parameters[i].count));
    if (auto read = read_parameter(graph, static_cast<int>(i), source, values); !read) return read.error();
  }
  return made;
}

Tensor Variables::tensor(int value) const {
  return tensor_of(*graph_, *plan_, value, 1, {nullptr, nullptr, memory_.get()});
}

Result<void> Variables::write(int index, std::span<const float> values) {
  const Parameter& parameter = graph_->parameters[at(index)];
  if (static_cast<std::int64_t>(values.size()) != parameter.count) {
    return Error{Failure::usage, graph_->file + ": " + std::to_string(values.size()) + " values for the " +
                                     parameter.name + " of layer " + std::to_string(parameter.layer) +
                                     "; they are " + std::to_string(parameter.count)};
  }
  if (is_constant(*graph_, parameter.value)) return fixed_parameters(*graph_);
  const Tensor t = tensor(parameter.value);
  stale_ = true;
  return read_parameter(*graph_, index, GivenValues(values), {t.at(0, 0, 0, 0), values.size()});
}

void Variables::compute_derived() const {
  for (const Node& node : graph_->nodes) {
    const GraphValue& first = graph_->values[at(node.outputs[0])];
    if (!is_derived(first) || plan_->places[at(node.outputs[0])].storage < 0) continue;
    std::vector<Tensor> in, out;
    for (const int value : node.inputs) in.push_back(tensor(value));
    for (const int value : node.outputs) out.push_back(tensor(value));
    node.op.define(in, out);
  }
}

Result<void> Variables::refresh(ThreadPool& pool, const PackStep& pack) {
  if (!stale_) return {};
  compute_derived();
  const std::vector<const Step*> steps = packing_steps(*plan_, true);
  std::vector<Result<void>> results(steps.size());
  pool.run(static_cast<int>(steps.size()), [&](int begin, int end, int) {
    for (int i = begin; i < end; ++i)
      results[at(i)] = pack(*steps[at(i)], {weights_of(*steps[at(i)]).data()});
  });
  for (Result<void>& result : results)
    if (!result) return std::move(result);
  stale_ = false;
  return {};
}

std::array<const void*, max_weights + 1> Variables::weights_of(const Step& step) const {
  std::array<const void*, max_weights + 1> arrays{};
  std::size_t next = 0;
  for (const int value : inputs_of(graph_->nodes[at(step.node)], Role::weight))
    arrays[next++] = tensor(value).data;
  return arrays;
}

}  // namespace nightjar
