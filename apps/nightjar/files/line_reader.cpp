#include "apps/nightjar/files/line_reader.h"

#include <unistd.h>

#include <cerrno>

#include "engine/host/files.h"
#include "parsers/message.h"
#include "parsers/scan.h"

namespace nightjar {

Result<std::optional<std::string>> LineReader::next() {
  for (std::size_t searched = 0;;) {
    const std::size_t end = pending_.find('\n', searched);
    if (end != pending_.npos && end <= max_line_bytes) return std::optional(take(end, end + 1));
    if (pending_.size() > max_line_bytes) {
      return malformed("standard input", lines_ + 1,
                       "more than " + std::to_string(max_line_bytes) +
                           " bytes in one line; expected a picture's path on each line");
    }
    searched = pending_.size();
    const auto more = read_more();
    if (!more) return more.error();
    if (*more) continue;
    if (pending_.empty()) return std::optional<std::string>();
    return std::optional(take(pending_.size(), pending_.size()));
  }
}

Result<bool> LineReader::read_more() {
  char piece[4096];
  ssize_t got = 0;
  do {
    got = ::read(STDIN_FILENO, piece, sizeof piece);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    return Error{Failure::cannot_read, "standard input: cannot be read: " + system_message(errno)};
  }
  pending_.append(piece, static_cast<std::size_t>(got));
  return got > 0;
}

std::string LineReader::take(std::size_t length, std::size_t with_end) {
  std::string_view line = std::string_view(pending_).substr(0, length);
  if (lines_++ == 0) line = without_mark(line);
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string taken(line);
  pending_.erase(0, with_end);
  return taken;
}

}  // namespace nightjar
