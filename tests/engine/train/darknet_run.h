// Both Darknets' own training, recorded: losses and weights from start weights through twenty updates.
#pragma once

#include <string>
#include <vector>

#include "engine/nightjar.h"

namespace nightjar::testing {

// The recorded runs of Darknets whose faults were repaired, by name; none where they are not at hand.
std::vector<std::string> darknet_runs();

// Trains as the recorded run did, and compares all along.
void follow_darknet(const std::string& run, const ModelOptions& options);

}  // namespace nightjar::testing
