// Parsing of command lines in nightjar's own syntax, on top of CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string_view>

#include "apps/nightjar/command.h"

namespace nightjar {

inline constexpr int max_threads = 1024, max_batch = 1024, max_side = 1 << 16;

// The whole of `text` as a number from 0 to 1, an integer within both ends; nothing otherwise. NaN is none.
std::optional<float> parse_fraction(std::string_view text);
std::optional<int> parse_count(std::string_view text, int low, int high);

// The same as checks of CLI11 options.
CLI::Validator fraction();
CLI::Validator count(int low, int high);

// An empty result means: go on. Otherwise the command ends with that exit code, --help or the mistake being
// printed.
std::optional<int> parse(CLI::App& app, const Arguments& arguments);

}  // namespace nightjar
