// The two forks' readings of a class tree (docs/darknet-format.md section 6.5).
#include "engine/heads/class_tree.h"

#include <algorithm>

namespace nightjar {
namespace {

struct Group {
  int first = 0, size = 0;
};

// The children of `node`: of several groups with one parent the last counts, as in Darknet.
Group children(const ClassTree& tree, int node) {
  Group found;
  int first = 0;
  for (const int size : tree.group_sizes) {
    if (tree.parent[first] == node) found = {first, size};
    first += size;
  }
  return found;
}

}  // namespace

void multiply_by_parents(const ClassTree& tree, std::span<float> probabilities) {
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (tree.parent[i] >= 0) probabilities[i] *= probabilities[tree.parent[i]];
  }
}

void clear_inner_classes(const ClassTree& tree, std::span<float> probabilities) {
  for (const int parent : tree.parent) {
    if (parent >= 0) probabilities[parent] = 0;
  }
}

int deepest_likely_class(const ClassTree& tree, std::span<const float> probabilities, float threshold) {
  int reached = -1;
  float path = 1;
  for (Group group{0, tree.group_sizes.front()}; group.size > 0; group = children(tree, reached)) {
    const auto candidates = probabilities.subspan(group.first, group.size);
    const auto best = std::max_element(candidates.begin(), candidates.end());
    const int best_class = group.first + static_cast<int>(best - candidates.begin());
    if (!(path * *best > threshold)) return reached < 0 ? best_class : reached;
    path *= *best;
    reached = best_class;
  }
  return reached;
}

int last_likely_class(std::span<const float> probabilities, float threshold) {
  const auto found =
      std::find_if(probabilities.rbegin(), probabilities.rend(), [&](float p) { return p > threshold; });
  return static_cast<int>(probabilities.rend() - found) - 1;
}

}  // namespace nightjar
