// Standard input, line by line as it comes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "parsers/result.h"

namespace nightjar {

class LineReader {
 public:
  static constexpr std::size_t max_line_bytes = std::size_t{1} << 16;

  // The next line without its end, LF or CRLF; nothing at the end of the input. A UTF-8 byte order mark in
  // front of the first is skipped. Errors: malformed for a line of more than max_line_bytes, cannot_read.
  Result<std::optional<std::string>> next();

 private:
  Result<bool> read_more();  // false at the end
  std::string take(std::size_t length, std::size_t with_end);

  std::string pending_;
  int lines_ = 0;
};

}  // namespace nightjar
