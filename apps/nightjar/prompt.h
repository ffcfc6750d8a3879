// Pictures' paths from standard input, as Darknet asks for them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "apps/nightjar/files/line_reader.h"

namespace nightjar {

class Prompt {
 public:
  // `check` says whether a picture may be used.
  using Check = std::function<Result<void>(const std::string& picture)>;
  explicit Prompt(Check check) : check_(std::move(check)) {}

  // The next path, blank lines being skipped; a person at a terminal is asked for it. Nothing at the end of
  // the input, which is also where a line cannot be read or its picture not be used; that is told on stderr.
  std::optional<std::string> next();
  // The exit code for such an end, 0 for any other.
  int status() const { return status_; }

 private:
  Result<std::optional<std::string>> next_line();

  Check check_;
  LineReader lines_;
  int status_ = 0;
};

}  // namespace nightjar
