#include "apps/nightjar/prompt.h"

#include <unistd.h>

#include <iostream>

#include "apps/nightjar/report.h"

namespace nightjar {

std::optional<std::string> Prompt::next() {
  const auto path = next_line();
  if (path && !*path) return {};
  const auto fine = path ? check_(**path) : path.error();
  if (fine) return *path;
  status_ = fail(fine.error());
  return {};
}

Result<std::optional<std::string>> Prompt::next_line() {
  for (;;) {
    if (::isatty(STDIN_FILENO)) std::cerr << "Enter Image Path: " << std::flush;
    auto line = lines_.next();
    if (!line || !*line || !(*line)->empty()) return line;
  }
}

}  // namespace nightjar
