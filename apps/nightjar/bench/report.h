// What was measured, in the forms that people and scripts read.
#pragma once

#include <string>

#include "apps/nightjar/bench/run.h"

namespace nightjar {

std::string bench_table(const BenchResult& result);
std::string bench_json(const BenchResult& result);
// The best time for one batch in milliseconds and nothing else.
std::string bench_ms(const BenchResult& result);
// A bar for each step, in the network's order; `result.steps` must be there.
std::string bench_chart(const BenchResult& result);

}  // namespace nightjar
