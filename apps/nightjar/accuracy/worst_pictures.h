// Annotated copies of the pictures with most mistakes.
#pragma once

#include <string>
#include <vector>

#include "apps/nightjar/accuracy/evaluation.h"
#include "engine/image/draw.h"
#include "engine/nightjar.h"

namespace nightjar {

struct WorstOptions {
  std::string folder;
  int most = 16;
  DrawOptions drawing;
};

// folder/01-NAME for the worst, 02-NAME for the next, as many as there are with mistakes. What is right is
// framed in green, what has another's name in orange, what is not there in red, what was missed in blue.
// Returns how many there are.
Result<int> write_worst(const Evaluation& evaluation, const LabelledPictures& labels,
                        const std::vector<std::string>& names, const ImageOptions& reading,
                        const WorstOptions& options);

}  // namespace nightjar
