// Time as walks: of a graph that stands for one step of a sequence, which nodes take one step after the
// other.
//
// Those are the cycles: nodes that read, through what is handed on, what they wrote a step before. Everything
// else, the matrices on inputs, outputs and losses with their gradients, is computed for all steps at once,
// as images of one batch; so are the gradients by the weights within the cycles.
#include <algorithm>
#include <cassert>
#include <numeric>
#include <set>
#include <utility>

#include "engine/passes/training.h"
#include "kernels/ops/batch_norm_train.h"
#include "kernels/ops/gradients/batch_norm_gradient.h"

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// Who must come before whom, what is handed on to the next step included.
class Dependencies {
 public:
  explicit Dependencies(const Graph& graph, int nodes) : readers_(at(nodes)), component_(at(nodes), -1) {
    std::vector<int> writer(graph.values.size(), -1);
    for (int i = 0; i < nodes; ++i)
      for (const int value : graph.nodes[at(i)].outputs)
        if (!outlives_a_run(graph.values[at(value)].kind) || is_memory(graph.values[at(value)]) ||
            is_derived(graph.values[at(value)]))
          writer[at(value)] = i;
    for (int i = 0; i < nodes; ++i)
      for (const int value : graph.nodes[at(i)].inputs)
        if (writer[at(value)] >= 0) readers_[at(writer[at(value)])].push_back(i);
    index_.assign(at(nodes), -1);
    low_.resize(at(nodes));
    for (int i = 0; i < nodes; ++i)
      if (index_[at(i)] < 0) visit(i);
  }

  const std::vector<int>& readers(int node) const { return readers_[at(node)]; }
  int component(int node) const { return component_[at(node)]; }
  int components() const { return components_; }

 private:
  // Strongly connected components [Tarjan 1972].
  void visit(int node) {
    index_[at(node)] = low_[at(node)] = visited_++;
    path_.push_back(node);
    for (const int reader : readers_[at(node)]) {
      if (index_[at(reader)] < 0) visit(reader);
      if (component_[at(reader)] < 0) low_[at(node)] = std::min(low_[at(node)], low_[at(reader)]);
    }
    if (low_[at(node)] != index_[at(node)]) return;
    for (int last = -1; last != node; path_.pop_back()) {
      last = path_.back();
      component_[at(last)] = components_;
    }
    ++components_;
  }

  std::vector<std::vector<int>> readers_;  // of each node
  std::vector<int> component_, index_, low_, path_;
  int visited_ = 0, components_ = 0;
};

class Walks {
 public:
  explicit Walks(Graph graph)
      : graph_(std::move(graph)),
        run_nodes_(static_cast<int>(std::count_if(graph_.nodes.begin(), graph_.nodes.end(),
                                                  [](const Node& n) { return n.phase == Phase::run; }))),
        dependencies_(graph_, run_nodes_),
        members_(at(dependencies_.components())) {
    for (int i = 0; i < run_nodes_; ++i) members_[at(dependencies_.component(i))].push_back(i);
  }

  Graph run() {
    walk_cycles();
    walk_norms();
    keep_each_step();
    order_nodes();
    return std::move(graph_);
  }

 private:
  void walk_cycles() {
    for (const std::vector<int>& members : members_) {
      const auto hander = std::find_if(members.begin(), members.end(),
                                       [&](int node) { return graph_.nodes[at(node)].hands_on; });
      if (hander == members.end()) continue;
      for (const int node : members) graph_.nodes[at(node)].walk = graph_.nodes[at(*hander)].walk;
    }
  }

  // In a recurrent layer the batch is the sequences at one step, as Darknet has it.
  void walk_norms() {
    std::set<int> recurrent;
    for (const Node& node : graph_.nodes)
      if (node.hands_on) recurrent.insert(node.layer);
    for (Node& node : graph_.nodes) {
      if (node.walk != Walk::at_once || recurrent.count(node.layer) == 0) continue;
      if (node.op.is<ops::BatchNormTrain>()) node.walk = Walk::forward;
      if (node.op.is<ops::BatchNormGradient>()) node.walk = Walk::backward;
    }
  }

  void keep_each_step() {
    for (const Node& node : graph_.nodes) {
      if (node.walk == Walk::at_once) continue;
      for (const int output : node.outputs) {
        GraphValue& value = graph_.values[at(output)];
        if (!value.per_image && !outlives_a_run(value.kind)) value.steps = graph_.training->steps;
      }
    }
  }

  // A component when all it reads is there, of several the one that came first. Then what the next run begins
  // with, then the updates.
  void order_nodes() {
    std::vector<Node> nodes, kept;
    for (const int component : order()) {
      for (const int node : members_[at(component)]) {
        nodes.push_back(graph_.nodes[at(node)]);
        if (!nodes.back().hands_on || nodes.back().walk != Walk::forward) continue;
        kept.push_back(nodes.back());
        kept.back().walk = Walk::at_once;
      }
    }
    std::move(kept.begin(), kept.end(), std::back_inserter(nodes));
    std::move(graph_.nodes.begin() + run_nodes_, graph_.nodes.end(), std::back_inserter(nodes));
    graph_.nodes = std::move(nodes);
    graph_.find_producers();
  }

  std::vector<int> order() const {
    std::vector<int> waits_for(members_.size()), order;
    const auto each_edge = [&](int from, const auto& visit) {
      for (const int node : members_[at(from)])
        for (const int reader : dependencies_.readers(node))
          if (dependencies_.component(reader) != from) visit(dependencies_.component(reader));
    };
    for (int c = 0; c < dependencies_.components(); ++c) each_edge(c, [&](int to) { ++waits_for[at(to)]; });
    std::set<std::pair<int, int>> ready;  // first members, components
    const auto add = [&](int c) { ready.emplace(members_[at(c)].front(), c); };
    for (int c = 0; c < dependencies_.components(); ++c)
      if (waits_for[at(c)] == 0) add(c);
    while (!ready.empty()) {
      order.push_back(ready.begin()->second);
      ready.erase(ready.begin());
      each_edge(order.back(), [&](int to) {
        if (--waits_for[at(to)] == 0) add(to);
      });
    }
    assert(order.size() == members_.size());
    return order;
  }

  Graph graph_;
  int run_nodes_;  // of the phase run, which come first
  Dependencies dependencies_;
  std::vector<std::vector<int>> members_;  // of each component, in order
};

}  // namespace

Graph walk_steps(Graph graph) {
  if (graph.training->steps == 1) return graph;
  Graph walking = Walks(std::move(graph)).run();
  verify(walking, "walk_steps");
  return walking;
}

}  // namespace nightjar
