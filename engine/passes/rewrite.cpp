#include "engine/passes/rewrite.h"

#include <cassert>
#include <utility>

namespace nightjar {

Rewrite::Rewrite(Graph graph)
    : graph_(std::move(graph)), readers_(graph_.nodes.size()), merged_into_(graph_.nodes.size(), -1) {
  const auto count = [this](int node) { ++readers_[static_cast<std::size_t>(node)]; };
  for (const Node& node : graph_.nodes) {
    for (const int input : node.inputs) count(input);
  }
  for (const Head& head : graph_.heads) count(base(head).node);
  count(graph_.output);
}

void Rewrite::merge(int node, int into, bool same_layer) {
  assert(into < node);
  for (Node& reader : graph_.nodes) {
    for (int& input : reader.inputs) {
      if (input == node) input = into;
    }
  }
  for (int& output : graph_.layer_output) {
    if (output == into && !same_layer) output = -1;
    if (output == node) output = into;
  }
  for (Head& head : graph_.heads) {
    if (base(head).node == node) base(head).node = into;
  }
  if (graph_.output == node) graph_.output = into;
  readers_[static_cast<std::size_t>(into)] = readers_[static_cast<std::size_t>(node)];
  merged_into_[static_cast<std::size_t>(node)] = into;
}

Graph Rewrite::finish() {
  std::vector<int> number(graph_.nodes.size(), -1);
  std::vector<Node> kept;
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    if (merged_into_[i] >= 0) continue;
    number[i] = static_cast<int>(kept.size());
    kept.push_back(std::move(graph_.nodes[i]));
  }
  const auto renumber = [&](int& node) {
    if (node >= 0) node = number[static_cast<std::size_t>(node)];
  };
  for (Node& node : kept) {
    for (int& input : node.inputs) renumber(input);
  }
  for (int& output : graph_.layer_output) renumber(output);
  for (Head& head : graph_.heads) renumber(base(head).node);
  renumber(graph_.output);
  graph_.nodes = std::move(kept);
  assert(verify(graph_));
  return std::move(graph_);
}

}  // namespace nightjar
