// Timing of one forward pass.
#pragma once

#include <vector>

#include "engine/nightjar.h"

namespace nightjar {

// Milliseconds of each repeat, in rising order; at least one.
struct Timings {
  std::vector<double> sorted_ms;

  double best() const { return sorted_ms.front(); }
  double quantile(double q) const;  // nearest rank: a repeat that was measured, 0 < q <= 1
};

// Runs the network `repeat` times on whatever its input holds, after passes that warm caches and worker
// threads up.
Timings measure(Context& context, int repeat);

}  // namespace nightjar
