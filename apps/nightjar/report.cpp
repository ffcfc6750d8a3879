// Messages and the progress bar.
#include "apps/nightjar/report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

bool bar_on_screen = false;

void clear_bar() {
  if (bar_on_screen) std::fputs("\r\033[K", stderr);
  bar_on_screen = false;
}

void say(std::string_view kind, std::string_view message) {
  clear_bar();
  const std::string line =
      "nightjar: " + std::string(kind) + printable(message, std::string_view::npos) + "\n";
  std::fputs(line.c_str(), stderr);
}

}  // namespace

int fail(const Error& error) {
  say("error: ", error.message);
  return static_cast<int>(error.kind);
}

void warn(std::string_view message) {
  say("warning: ", message);
}
void note(std::string_view message) {
  say("", message);
}

int print(std::string_view text) {
  const auto done = write_file("-", text);
  return done ? 0 : fail(done.error());
}

Progress::Progress(std::string label, std::int64_t total)
    : label_(std::move(label)), total_(::isatty(STDERR_FILENO) ? total : 0) {}

Progress::~Progress() {
  clear_bar();
}

void Progress::reach(std::int64_t done) {
  const auto now = std::chrono::steady_clock::now();
  if (total_ <= 0 || now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  constexpr int width = 32;
  const double part = std::clamp(static_cast<double>(done) / static_cast<double>(total_), 0., 1.);
  const int full = static_cast<int>(part * width);
  const std::string bar = std::string(full, '#') + std::string(width - full, '.');
  std::fprintf(stderr, "\r\033[K%s [%s] %3.0f%%", label_.c_str(), bar.c_str(), part * 100);
  bar_on_screen = true;
}

}  // namespace nightjar
