// A .weights file before anything is known of its network.
#pragma once

#include "engine/host/input_file.h"
#include "parsers/weights.h"

namespace nightjar {

struct OpenWeights {
  InputFile file;
  WeightsHeader header;
};

// Errors: cannot_read, and those of the header (malformed).
Result<OpenWeights> open_weights_file(const std::string& path);

}  // namespace nightjar
