#include "engine/graph.h"

#include <algorithm>

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

int Graph::add_value(const GraphValue& value) {
  values.push_back(value);
  return static_cast<int>(values.size()) - 1;
}

int Graph::add_node(Op op, std::vector<int> inputs, int layer) {
  std::vector<int> outputs;
  for (const Operand& operand : op.writes()) outputs.push_back(add_value({operand.value}));
  const int first = outputs.front();
  add_node_into(std::move(op), std::move(inputs), std::move(outputs), layer);
  return first;
}

void Graph::add_node_into(Op op, std::vector<int> inputs, std::vector<int> outputs, int layer) {
  const int node = static_cast<int>(nodes.size());
  for (const int value : outputs) values[at(value)].producer = node;
  nodes.push_back({std::move(op), std::move(inputs), std::move(outputs), layer});
}

void Graph::find_producers() {
  for (std::size_t i = 0; i < nodes.size(); ++i)
    for (const int value : nodes[i].outputs) values[at(value)].producer = static_cast<int>(i);
}

const Node& Graph::producer(int value) const {
  return nodes[at(values[at(value)].producer)];
}

std::int64_t Graph::parameter_floats() const {
  return parameters.empty() ? 0 : parameters.back().offset + parameters.back().count;
}

std::string name_of(const Parameter& parameter) {
  return parameter.part + (parameter.part.empty() ? "" : " ") + parameter.name;
}

bool is_derived(const GraphValue& value) {
  return value.kind == Kind::parameter && value.parameter < 0 && value.producer >= 0;
}

bool is_constant(const Graph& graph, int value) {
  const GraphValue& v = graph.values[at(value)];
  if (v.kind != Kind::parameter) return false;
  if (!is_derived(v)) return v.fixed && v.producer < 0;
  const std::vector<int>& inputs = graph.nodes[at(v.producer)].inputs;
  return std::all_of(inputs.begin(), inputs.end(), [&](int input) { return is_constant(graph, input); });
}

std::vector<int> inputs_of(const Node& node, Role role) {
  std::vector<int> found;
  const Operands operands = node.op.reads();
  for (std::size_t i = 0; i < operands.size(); ++i)
    if (operands[i].role == role) found.push_back(node.inputs[i]);
  return found;
}

int end_of_walk(const Graph& graph, int node) {
  const Walk walk = graph.nodes[at(node)].walk;
  if (walk == Walk::at_once) return node + 1;
  while (node < static_cast<int>(graph.nodes.size()) && graph.nodes[at(node)].walk == walk) ++node;
  return node;
}

bool is_memory(const GraphValue& value) {
  return value.kind == Kind::state && value.per_image;
}

bool has_state(const Graph& graph) {
  return std::any_of(graph.values.begin(), graph.values.end(),
                     [](const GraphValue& value) { return value.kind == Kind::state; });
}

}  // namespace nightjar
