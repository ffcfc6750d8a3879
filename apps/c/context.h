// A context, with the layers' values that were asked for of its last run.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "apps/c/nightjar_c.h"
#include "engine/nightjar.h"

struct nightjar_context {
  nightjar::Model model;
  nightjar::Context context;
  std::vector<int> observed = {};                                 // layers, by Darknet's numbers
  std::map<std::pair<int, int>, std::vector<float>> values = {};  // by layer and image; stay where they are
  std::int32_t images = 0;                                        // of the last run of raw inputs

  void forget_values() {
    values.clear();
    images = 0;
  }
};
