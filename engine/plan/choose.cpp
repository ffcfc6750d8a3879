#include "engine/plan/choose.h"

#include <algorithm>
#include <utility>

namespace nightjar {

Step choose(const Graph& graph, int node, std::vector<Candidate> candidates, const Tuning* tuning,
            double least_gain) {
  for (Candidate& c : candidates)
    if (tuning) c.measured = tuning->find(graph, node, c.kernel->name).value_or(0);
  std::ranges::stable_sort(candidates, {}, &Candidate::estimate);
  if (std::ranges::all_of(candidates, [](const Candidate& c) { return c.measured > 0; })) {
    const Candidate by_estimates = candidates.front();
    std::ranges::stable_sort(candidates, {}, &Candidate::measured);
    if (candidates.front().measured >= (1 - least_gain) * by_estimates.measured) {
      const auto it = std::ranges::find(candidates, by_estimates.kernel, &Candidate::kernel);
      std::rotate(candidates.begin(), it, it + 1);
    }
  }
  Step step;
  step.node = node;
  step.kernel = candidates.front().kernel;
  step.candidates = std::move(candidates);
  return step;
}

}  // namespace nightjar
