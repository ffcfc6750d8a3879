#include "engine/passes/rewrite.h"

#include <cassert>
#include <utility>

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

Rewrite::Rewrite(Graph graph)
    : graph_(std::move(graph)), readers_(graph_.values.size()), merged_(graph_.nodes.size(), false) {
  for (const Node& node : graph_.nodes)
    for (const int input : node.inputs) ++readers_[at(input)];
  for (const Head& head : graph_.heads) readers_[at(base(head).value)] += 2;  // never a node's alone
  readers_[at(graph_.output)] += 2;
}

int Rewrite::sole_source(int value) const {
  const GraphValue& v = graph_.values[at(value)];
  return readers_[at(value)] == 1 && v.kind == Kind::activation ? v.producer : -1;
}

void Rewrite::merge(int from, int into, bool same_layer) {
  assert(into < from && node(from).outputs.size() == 1 && node(into).outputs.size() == 1);
  const int kept = node(from).outputs[0], gone = node(into).outputs[0];
  for (int& output : graph_.layer_output)
    if (output == gone) output = same_layer ? kept : -1;
  node(into).outputs[0] = kept;
  graph_.values[at(kept)].producer = into;
  graph_.values[at(gone)].producer = -1;
  merged_[at(from)] = true;
}

std::vector<int> Rewrite::insert(int before, Op op, std::vector<int> inputs) {
  std::vector<int> outputs;
  for (const Operand& operand : op.writes()) {
    outputs.push_back(graph_.add_value({operand.value}));
    readers_.push_back(1);
  }
  const int layer = node(before).layer;
  inserted_.push_back({before, {std::move(op), std::move(inputs), outputs, layer}});
  return outputs;
}

void Rewrite::order_nodes() {
  std::vector<Node> nodes;
  auto next = inserted_.begin();
  for (int i = 0; i < this->nodes(); ++i) {
    for (; next != inserted_.end() && next->before == i; ++next) nodes.push_back(std::move(next->node));
    if (!merged_[at(i)]) nodes.push_back(std::move(node(i)));
  }
  assert(next == inserted_.end());
  graph_.nodes = std::move(nodes);
  graph_.find_producers();
}

void Rewrite::drop_values() {
  std::vector<int> number(graph_.values.size(), -1);
  std::vector<GraphValue> kept;
  for (std::size_t i = 0; i < graph_.values.size(); ++i) {
    const GraphValue& value = graph_.values[i];
    if (value.producer < 0 && !outlives_a_run(value.kind)) continue;
    number[i] = static_cast<int>(kept.size());
    kept.push_back(value);
  }
  const auto renumber = [&](int& value) {
    if (value >= 0) value = number[at(value)];
  };
  for (Node& node : graph_.nodes) {
    for (int& input : node.inputs) renumber(input);
    for (int& output : node.outputs) renumber(output);
  }
  for (Parameter& parameter : graph_.parameters) renumber(parameter.value);
  for (int& output : graph_.layer_output) renumber(output);
  for (Head& head : graph_.heads) renumber(base(head).value);
  if (graph_.training) {
    Training& training = *graph_.training;
    renumber(training.truth);
    renumber(training.seen);
    renumber(training.draw);
    renumber(training.rates);
    renumber(training.loss_scale);
    for (Training::Loss& loss : training.losses) renumber(loss.parts);
    for (Training::Trained& trained : training.trained) {
      renumber(trained.parameter);
      renumber(trained.sum);
    }
    for (Training::Average& entry : training.averages) {
      renumber(entry.parameter);
      renumber(entry.average);
    }
  }
  renumber(graph_.output);
  graph_.values = std::move(kept);
}

Graph Rewrite::finish() {
  order_nodes();
  drop_values();
  return std::move(graph_);
}

}  // namespace nightjar
