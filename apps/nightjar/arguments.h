// Parsing of command lines in nightjar's own syntax, on top of CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "apps/nightjar/command.h"
#include "apps/nightjar/numbers.h"

namespace nightjar {

// What numbers.h takes, as checks of CLI11 options.
CLI::Validator fraction();
CLI::Validator count(int low, int high);

// An empty result means: go on. Otherwise the command ends with that exit code, --help or the mistake being
// printed.
std::optional<int> parse(CLI::App& app, const Arguments& arguments);

}  // namespace nightjar
