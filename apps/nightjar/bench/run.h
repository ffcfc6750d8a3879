// A measurement from start to end: load, check, time.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/bench/machine.h"
#include "apps/nightjar/bench/measure.h"
#include "apps/nightjar/model_arguments.h"

namespace nightjar {

struct BenchPlan {
  int batch = 0;              // pictures of a pass; 0: one, or as the cfg trains
  int streams = 0;            // contexts at once, of one thread each; 0: one context with all threads
  int repeat = 0;             // passes; 0: until stable
  bool check = true;          // compare with the CPU's direct convolutions first
  bool layers = false;        // time each step
  bool training = false;      // a pass is forward, losses, backward and update
  bool against_peak = false;  // measure the peak of a CPU

  int forward_batch() const { return std::max(1, batch); }
  // Passes in which steps are timed.
  int profile_passes() const {
    constexpr int most = 10;
    return repeat > 0 ? std::min(repeat, most) : most;
  }
};

struct BenchResult {
  std::string cfg;
  Machine machine;
  bool made_up_weights = false, training = false;
  int width = 0, height = 0, batch = 1, streams = 0;
  double gflop = 0;                  // of one picture
  double load_ms = 0;                // reading and preparing the network
  std::int64_t resident_bytes = 0;   // most memory of the host, with the network loaded and run once
  std::optional<double> error = {};  // of the heads against the CPU's direct convolutions
  double peak_gflops = 0;            // what the CPU could do; 0 where not measured
  bool peak_steady = true;           // it was measured twice alike
  bool winograd = false;             // steps take fewer multiplications than `gflop` counts
  Timings timings = {};              // of one batch
  double pictures_per_s = 0;         // at best; with streams on average
  std::vector<StepTime> steps = {};  // best of several passes, in order; empty where not asked for

  double gflops() const { return gflop * pictures_per_s; }  // per second
};

// `network.threads` says how many threads of a CPU work; 0: one for each core.
Result<BenchResult> run_bench(ModelArguments network, const BenchPlan& plan);

}  // namespace nightjar
