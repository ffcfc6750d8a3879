// What the processor could do at most, to measure a network's speed against.
#pragma once

#include <string_view>

namespace nightjar {

// GFLOP/s of independent multiply-adds of an instruction set on `threads` threads at once: the best of many
// short bursts, a few hundredths of a second in all. 0 where the set has none ("reference") or is not there.
double measure_peak_gflops(std::string_view isa, int threads);

}  // namespace nightjar
