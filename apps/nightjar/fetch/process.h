// Running another program.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nightjar {

struct RunOptions {
  int output = -1, errors = -1;  // descriptors for what it says; -1: /dev/null
  long most_seconds = 0;         // after which it is ended; 0: however long it takes
};

// Runs a program found in PATH, without a shell, its input being /dev/null. Returns its exit status; nothing
// where it could not be started, was killed, or where time or an interrupt that is held back (signals.h) made
// us end it together with what it started.
std::optional<int> run_program(const std::vector<std::string>& command, const RunOptions& options);

}  // namespace nightjar
