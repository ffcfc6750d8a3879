// What was measured, in the forms that people and scripts read.
#pragma once

#include <string>

#include "apps/nightjar/measure.h"

namespace nightjar {

struct BenchResult {
  std::string cfg, isa;
  int width = 0, height = 0, batch = 1;
  double gflop = 0;    // of one picture
  double load_ms = 0;  // reading and preparing the network
  Timings timings;     // of one batch

  double gflops() const { return gflop * batch / (timings.best() / 1000); }  // per second, at best
};

// `format`: "table"; "json"; or "ms": the best time for one batch in milliseconds and nothing else.
std::string bench_report(const BenchResult& result, const std::string& format);

}  // namespace nightjar
