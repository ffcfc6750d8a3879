// Messages and the progress bar.
#include "apps/nightjar/report.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

std::atomic<bool> bar_on_screen = false;

// Of the terminal behind stderr; 80 where it does not say.
int columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// `room`: columns for it, the space behind it included; nothing where that is too little to see anything.
std::string bar(std::int64_t done, std::int64_t total, int room) {
  constexpr int widest = 32, narrowest = 5, frame = 3;
  const int width = std::min(widest, room - frame);
  if (width < narrowest) return "";
  const double part = std::clamp(static_cast<double>(done) / static_cast<double>(total), 0., 1.);
  const int full = static_cast<int>(part * width);
  return '[' + std::string(full, '#') + std::string(width - full, '.') + "] ";
}

// "120 of 384, 85.2 pictures/s, 3 s left"; a total of 0 is unknown.
std::string counted(std::int64_t done, std::int64_t total, std::int64_t before, const std::string& unit,
                    double seconds) {
  std::string text = std::to_string(done) + (total > 0 ? " of " + std::to_string(total) : ' ' + unit);
  if (done <= before || seconds <= 0) return text;
  const double speed = static_cast<double>(done - before) / seconds;
  char number[32];
  std::snprintf(number, sizeof number, speed < 10 ? ", %.2f " : ", %.1f ", speed);
  text += number + unit + "/s";
  if (total > done) text += ", " + duration(static_cast<double>(total - done) / speed) + " left";
  return text;
}

void hide_bar() {
  if (bar_on_screen) std::fputs("\r\033[K", stderr);
  bar_on_screen = false;
}

void say(std::string_view kind, std::string_view message) {
  hide_bar();
  const std::string line =
      "nightjar: " + std::string(kind) + printable(message, std::string_view::npos) + "\n";
  std::fputs(line.c_str(), stderr);
}

}  // namespace

std::string duration(double seconds) {
  const auto whole = static_cast<long>(seconds + .5);
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
}

void make_way() {
  if (::isatty(STDOUT_FILENO)) hide_bar();
}

int fail(const Error& error) {
  say("error: ", error.message);
  return static_cast<int>(error.kind);
}

int fail_for_memory() noexcept {
  constexpr std::string_view clear = "\r\033[K";
  constexpr std::string_view line =
      "nightjar: error: out of memory; a smaller network size or batch needs less\n";
  const bool bar = bar_on_screen && ::write(STDERR_FILENO, clear.data(), clear.size()) > 0;
  const bool said = ::write(STDERR_FILENO, line.data(), line.size()) > 0;
  bar_on_screen = bar && !said;
  return static_cast<int>(Failure::too_large);
}

void warn(std::string_view message) {
  say("warning: ", message);
}

void warn(const std::vector<std::string>& messages) {
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < std::min(most, messages.size()); i++) warn(messages[i]);
  if (messages.size() > most) warn(std::to_string(messages.size() - most) + " further warnings of this kind");
}

void note(std::string_view message) {
  say("", message);
}

int print(std::string_view text) {
  const auto done = write_file("-", text);
  return done ? 0 : fail(done.error());
}

Result<void> print_part(std::string_view text) {
  make_way();
  auto file = OutputFile::open("-");
  return file ? file->write(text) : file.error();
}

Progress::Progress(std::string label, std::string unit, bool shown, std::int64_t total, std::int64_t before)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      shown_(shown && ::isatty(STDERR_FILENO)),
      total_(total),
      before_(before) {}

Progress::~Progress() {
  hide_bar();
}

void Progress::hide() {
  hide_bar();
}

void Progress::reach(std::int64_t done, std::string_view more) {
  const auto now = Clock::now();
  if (!shown_ || (bar_on_screen && now < next_)) return;
  next_ = now + std::chrono::milliseconds(100);
  const double seconds = std::chrono::duration<double>(now - began_).count();
  const std::string words = counted(done, total_, before_, unit_, seconds) + std::string(more);
  // The last column stays free: a terminal that has gone on to the next line does not come back.
  const int room = columns() - 1 - static_cast<int>(label_.size() + 1 + words.size());
  const std::string line = label_ + ' ' + (total_ > 0 ? bar(done, total_, room) : "") + words;
  std::fprintf(stderr, "\r\033[K%.*s", columns() - 1, line.c_str());
  bar_on_screen = true;
}

}  // namespace nightjar
