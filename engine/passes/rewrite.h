// What the passes share: who reads a node, and merging a node into the one it reads.
#pragma once

#include <vector>

#include "engine/graph.h"

namespace nightjar {

class Rewrite {
 public:
  explicit Rewrite(Graph graph);

  Graph& graph() { return graph_; }
  // The readers of a node; heads and the network's output count as one each.
  int readers(int node) const { return readers_[static_cast<std::size_t>(node)]; }

  // `node` disappears; whoever read it reads `into`, an earlier node that now computes its value. Layers
  // whose output was `into` keep it only if `same_layer`: otherwise that value exists no more.
  void merge(int node, int into, bool same_layer);

  // The graph without the merged nodes, renumbered.
  Graph finish();

 private:
  Graph graph_;
  std::vector<int> readers_;
  std::vector<int> merged_into_;  // -1: the node stays
};

}  // namespace nightjar
