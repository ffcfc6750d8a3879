// A .weights file: before anything is known of its network, and written.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/host/input_file.h"
#include "parsers/weights.h"

namespace nightjar {

struct OpenWeights {
  InputFile file;
  WeightsHeader header;
};

// Errors: cannot_read, and those of the header (malformed).
Result<OpenWeights> open_weights_file(const Source& source);

// Writes all parameters, whole or not at all, in the form that both Darknets read: version 0.2.5.
// Errors: cannot_write.
Result<void> write_weights(const std::string& path, std::uint64_t seen,
                           const std::vector<std::vector<float>>& parameters);

}  // namespace nightjar
