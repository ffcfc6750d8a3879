// Probabilities of classes as a flat array.
#pragma once

#include <memory>
#include <vector>

#include "apps/c/nightjar_c.h"
#include "engine/nightjar.h"

struct nightjar_scores {
  std::size_t pictures, classes;
  std::vector<float> values;
};

namespace nightjar::c {

Result<ClassifyOptions> read_classify_options(const nightjar_classify_options* options);

// `classes`: of each picture, which counts where there are no pictures.
std::unique_ptr<nightjar_scores> flatten(const std::vector<std::vector<float>>& scores, std::size_t classes);

}  // namespace nightjar::c
