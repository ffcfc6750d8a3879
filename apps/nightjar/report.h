// What the command line says on stderr: one line an error, warnings, and a progress bar where a person
// watches.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/result.h"

namespace nightjar {

// Prints "nightjar: error: <message>" and returns the process's exit code for it.
int fail(const Error& error);
void warn(std::string_view message);
void note(std::string_view message);

// Writes `text` to standard output, whole, and closes it: a command's only or last words. Returns the exit
// code.
int print(std::string_view text);

// A bar on stderr, drawn ten times a second at most; nothing where stderr is no terminal or `total` is 0.
// Errors and warnings meanwhile take its line, and it is drawn again below them.
class Progress {
 public:
  Progress(std::string label, std::int64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();
  void reach(std::int64_t done);

 private:
  std::string label_;
  std::int64_t total_;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace nightjar
