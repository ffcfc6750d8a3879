// Pictures' paths from standard input, asked for as Darknet asks.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "apps/nightjar/files/line_reader.h"

namespace nightjar {

// "Enter Image Path: " goes to standard output whoever is at the other end, for programs wait for it before
// they write a path. Between two of them stands what was found in one picture, however far ahead lines are
// read: who waits is asked for the next path when the results of the one before are out.
class Prompt {
 public:
  // `check` says whether a picture may be used. `silent`: standard output belongs to a document.
  using Check = std::function<Result<void>(const std::string& picture)>;
  Prompt(Check check, bool silent) : check_(std::move(check)), silent_(silent) {}

  // Asks for a path: before the first one.
  Result<void> ask();
  // Asks for another: a picture that next() named is dealt with. Errors: cannot_write.
  Result<void> answered();

  // The next path; a blank line is passed over, and asked for again where nobody is owed an answer. Nothing
  // at the end of the input, which is also where a line cannot be read or its picture not be used; that is
  // told on stderr.
  std::optional<std::string> next();
  // The exit code for such an end, 0 for any other.
  int status() const { return status_; }

 private:
  Result<std::optional<std::string>> next_line();

  Check check_;
  bool silent_;
  LineReader lines_;
  std::atomic<int> unanswered_{0};  // next() and answered() are called by different threads
  int status_ = 0;
};

}  // namespace nightjar
