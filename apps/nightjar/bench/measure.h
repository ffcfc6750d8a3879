// Timing of forward passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/nightjar.h"

namespace nightjar {

// Milliseconds of each pass, in rising order; at least one.
struct Timings {
  std::vector<double> sorted_ms;

  double best() const { return sorted_ms.front(); }
  double quantile(double q) const;  // nearest rank: a pass that was measured, 0 < q <= 1
};

struct Measurement {
  Timings passes;         // of all contexts
  double rate_per_s = 0;  // passes a second, all contexts together, on average
};

// Runs each context in a thread of its own (the first in the caller's), on whatever its input holds, all at
// once. After passes that warm caches and worker threads up, the first context makes `repeat` passes, or with
// 0 goes on until its best time has stood for a while; the others go on as long.
Result<Measurement> measure(std::span<Context> contexts, int repeat);

// Each step's best time in `passes` passes.
Result<std::vector<StepTime>> profile_steps(Context& context, int passes);

// The most memory that was resident so far in this process's life, in bytes.
std::int64_t peak_resident_bytes();

}  // namespace nightjar
