// A network's steps with our convolutions beside those of cuBLAS and cuDNN, on one GPU.
#pragma once

#include <string>
#include <vector>

#include "apps/nightjar/bench/run.h"

namespace nightjar {

// The network with the convolutions of one library.
struct LibraryProfile {
  std::string name, title;   // "cublas", "cuBLAS"
  std::string why_not = {};  // it was not timed; empty where it was
  double error = 0;          // of the heads against the CPU's direct convolutions; 0 where not checked
  std::vector<StepTime> steps = {};  // those of our own plan, one by one; empty where it was not timed
};

struct LibrariesReport {
  std::string cfg;
  Machine machine;
  bool made_up_weights = false;
  int width = 0, height = 0, batch = 1;
  std::vector<LibraryProfile> profiles;  // ours first, which is always there
};

// Loads, checks and times one model after the other. That a library is missing or fails is no error. Errors:
// usage, on a CPU; those of our own convolutions.
Result<LibrariesReport> run_libraries(ModelArguments network, const BenchPlan& plan);

// Our slowest steps first, then the sums.
std::string libraries_text(const LibrariesReport& report);
std::string libraries_json(const LibrariesReport& report);

}  // namespace nightjar
