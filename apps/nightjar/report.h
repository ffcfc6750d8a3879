// What the command line says on stderr: one line an error, warnings, and a progress bar where a person
// watches.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

// Prints "nightjar: error: <message>" and returns the process's exit code for it.
int fail(const Error& error);
// The same for memory that is not there, without asking for any.
int fail_for_memory() noexcept;
void warn(std::string_view message);
// The first of these warnings, and how many more there are.
void warn(const std::vector<std::string>& messages);
void note(std::string_view message);

// Writes `text` to standard output, whole, and closes it: a command's only or last words. Returns the exit
// code.
int print(std::string_view text);

// Writes `text` to standard output, which stays open for more.
Result<void> print_part(std::string_view text);

// "3 s", "2 min 10 s", "1 h 5 min".
std::string duration(double seconds);

// Takes the bar off the screen where standard output goes there too; the next step draws it again.
void make_way();

// A bar on stderr with what is done, how fast, and how long it will take; a count where the total is not
// known (0). As wide as the terminal has room for; drawn ten times a second at most, and at once where it was
// taken off; nothing where stderr is
// no terminal or it is not `shown`. Errors and warnings meanwhile take its line, and it is drawn again below
// them.
class Progress {
 public:
  // `before`: what was done already when it began.
  Progress(std::string label, std::string unit, bool shown, std::int64_t total, std::int64_t before = 0);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();
  void reach(std::int64_t done, std::string_view more = {});  // more words, behind the others
  void hide();

 private:
  using Clock = std::chrono::steady_clock;
  std::string label_, unit_;
  bool shown_;
  std::int64_t total_, before_;
  Clock::time_point began_ = Clock::now(), next_{};
};

}  // namespace nightjar
