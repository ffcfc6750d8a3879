// Both Darknets' own training, from start weights through twenty updates: losses and weights are theirs.
#include <iostream>

#include "tests/catch.h"
#include "tests/engine/train/darknet_run.h"

using namespace nightjar;

TEST_CASE("training goes where both Darknets went", "[slow]") {
  const std::vector<std::string> runs = testing::darknet_runs();
  if (runs.empty()) {
    std::cout << "SKIPPED: needs the recorded runs of both Darknets\n";
    return;
  }
  ModelOptions best, reference;
  // Its rounding moves overlaps across thresholds that Darknet's stay short of.
  best.winograd = false;
  best.threads = 2;
  reference.isa = "reference";
  reference.threads = 1;
  for (const std::string& run : runs) {
    testing::follow_darknet(run, best);
    testing::follow_darknet(run, reference);
  }
}
