// Running another program.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nightjar {

// Runs a program found in PATH, without a shell, its input and messages being /dev/null, its output going to
// `output`
// (-1: /dev/null too). Returns its exit status; nothing where it could not be started, was killed, or where
// an interrupt that is held back (signals.h) made us end it together with what it started.
std::optional<int> run_program(const std::vector<std::string>& command, int output = -1);

}  // namespace nightjar
