// Timing of passes: forward, or a step of training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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
  Timings passes;         // of all streams
  double rate_per_s = 0;  // passes a second, all streams together, on average
};

using Pass = std::function<Result<void>()>;

// A stream is passes one after the other; each in a thread of its own (the first in the caller's), all at
// once. After passes that warm caches and worker threads up, the first stream makes `repeat` passes, or with
// 0 goes on until its best time has stood for a while; the others go on as long.
Result<Measurement> measure(std::span<const Pass> streams, int repeat);

// One stream that passes for so many seconds, after some that warm it up.
Result<Timings> measure_for(const Pass& pass, double seconds);

// Each step's best time in `passes` passes, of which each tells its steps' times.
Result<std::vector<StepTime>> profile_steps(const std::function<Result<std::vector<StepTime>>()>& pass,
                                            int passes);

// The most memory that was resident so far in this process's life, in bytes.
std::int64_t peak_resident_bytes();

}  // namespace nightjar
