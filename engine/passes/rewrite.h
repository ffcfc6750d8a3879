// What the passes share: who reads a value, a node that takes over another's work, new nodes before old ones.
#pragma once

#include <vector>

#include "engine/graph.h"

namespace nightjar {

class Rewrite {
 public:
  explicit Rewrite(Graph graph);

  Graph& graph() { return graph_; }
  Node& node(int number) { return graph_.nodes[static_cast<std::size_t>(number)]; }
  int nodes() const { return static_cast<int>(graph_.nodes.size()); }
  // The node that writes a value that is read once and by nodes alone; -1 where there is none such.
  int sole_source(int value) const;

  // `node` disappears, and `into`, an earlier one, writes its only output in place of its own. Layers whose
  // output that was keep an output only if `same_layer`: otherwise it exists no more.
  void merge(int node, int into, bool same_layer);
  // A new node that runs right before `before`; returns what it writes.
  std::vector<int> insert(int before, Op op, std::vector<int> inputs);

  // The graph without the merged nodes and the values that nobody writes any more, renumbered.
  Graph finish();

 private:
  void order_nodes();
  void drop_values();

  struct Inserted {
    int before;
    Node node;
  };
  Graph graph_;
  std::vector<int> readers_;  // of each value; heads and the network's output count as one each
  std::vector<bool> merged_;  // nodes
  std::vector<Inserted> inserted_;
};

}  // namespace nightjar
