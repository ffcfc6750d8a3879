#include "engine/plan/choose.h"

#include <algorithm>
#include <utility>

namespace nightjar {

Step choose(const Graph& graph, int node, std::vector<Candidate> candidates, const Tuning* tuning) {
  for (Candidate& c : candidates)
    if (tuning) c.measured = tuning->find(graph, node, c.kernel->name).value_or(0);
  const bool measured =
      std::all_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return c.measured > 0; });
  std::stable_sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
    return measured ? a.measured < b.measured : a.estimate < b.estimate;
  });
  Step step;
  step.node = node;
  step.kernel = candidates.front().kernel;
  step.candidates = std::move(candidates);
  return step;
}

}  // namespace nightjar
