// What a Darknet prints before its results. Programs read it, and get it with --compat.
#pragma once

#include <string>

#include "apps/nightjar/darknet/files.h"

namespace nightjar {

// Prints what stands before the first question, on stdout and stderr as the fork does; nothing without
// --compat. Errors: cannot_write, and those of reading cfg and weights once more.
Result<void> print_banner(const DarknetFlags& flags, const DarknetFiles& files, const Model& model);

// What AlexeyAB's prints in front of each picture's lines: " Detection layer: 16 - type = 28 " for each head.
std::string detection_layer_lines(const Model& model);

}  // namespace nightjar
