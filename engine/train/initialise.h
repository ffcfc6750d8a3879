// What a network starts from that was never trained, or only its first layers were.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/parameters.h"

namespace nightjar {

// Weights evenly from -s to s, s = sqrt(2 / inputs of an output), as AlexeyAB's Darknet draws them; scales 1,
// biases and rolling means 0, rolling variances 1 (docs/darknet-format.md section 12.7). A function of the
// seed alone, on every machine.
std::unique_ptr<ParameterSource> initialise(std::uint64_t seed);

// What `held` has, and the rest as initialise() draws it.
std::unique_ptr<ParameterSource> continue_from(HeldWeights held, std::uint64_t seed);

// Parameters that are in memory, in the order of the weights file.
std::unique_ptr<ParameterSource> from_memory(std::vector<std::vector<float>> parameters);

}  // namespace nightjar
