#include "apps/nightjar/prompt.h"

#include "apps/nightjar/report.h"

namespace nightjar {

Result<void> Prompt::ask() {
  return silent_ ? Result<void>() : print_part("Enter Image Path: ");
}

Result<void> Prompt::answered() {
  --unanswered_;
  return ask();
}

std::optional<std::string> Prompt::next() {
  const auto path = next_line();
  if (path && !*path) return {};
  const auto fine = path ? check_(**path) : path.error();
  if (fine) {
    ++unanswered_;
    return *path;
  }
  status_ = fail(fine.error());
  return {};
}

Result<std::optional<std::string>> Prompt::next_line() {
  for (;;) {
    auto line = lines_.next();
    if (!line || !*line || !(*line)->empty()) return line;
    if (unanswered_ > 0) continue;
    if (auto asked = ask(); !asked) return asked.error();
  }
}

}  // namespace nightjar
