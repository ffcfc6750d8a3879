#include "engine/plan/walk.h"

#include <algorithm>
#include <numeric>

namespace nightjar {

std::vector<int> turns_of(const Graph& graph, Walk walk) {
  if (walk == Walk::at_once) return {0};
  std::vector<int> turns(static_cast<std::size_t>(graph.training->steps));
  std::iota(turns.begin(), turns.end(), 0);
  if (walk == Walk::backward) std::reverse(turns.begin(), turns.end());
  return turns;
}

bool rests_at(const Graph& graph, const Node& node, int step) {
  if (!node.hands_on || node.walk == Walk::at_once) return false;
  return step == (node.walk == Walk::forward ? graph.training->steps - 1 : 0);
}

Stride stride_of(const Graph& graph, const Node& node, int step) {
  if (node.walk == Walk::forward) return {step, step + node.hands_on};
  if (node.walk == Walk::backward) return {step, step - node.hands_on};
  return node.hands_on ? Stride{graph.training->steps - 1, 0} : Stride{-1, -1};
}

Tensor part_of_step(const Graph& graph, int value, Tensor all, int step) {
  if (step < 0) return all;
  const GraphValue& v = graph.values[static_cast<std::size_t>(value)];
  if (v.per_image) all.batch /= graph.training->steps;
  const std::int64_t first = v.per_image ? std::int64_t{step} * all.batch : v.steps > 1 ? step : 0;
  if (all.data) all.data = static_cast<std::byte*>(all.data) + first * all.image * bytes_of(all.type);
  return all;
}

}  // namespace nightjar
