// Text as lines, fields and numbers: what the readers of cfg, data, names, labels, trees and maps share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightjar {

struct Line {
  std::string_view text;  // without its end
  int number;             // from 1
};

// The lines of a text one by one; LF, CRLF and CR end a line. A UTF-8 byte order mark in front is skipped. A
// text that ends with a line end has no empty line after it.
class LineScanner {
 public:
  explicit LineScanner(std::string_view bytes);
  std::optional<Line> next();

 private:
  std::string_view rest_;
  int number_ = 0;
};

std::string_view without_mark(std::string_view bytes);        // drops a UTF-8 byte order mark
std::string_view trim(std::string_view text);                 // drops spaces and tabs at both ends
std::string without_blanks(std::string_view text);            // drops them everywhere, as Darknet does
std::vector<std::string_view> fields(std::string_view text);  // what spaces and tabs separate
std::vector<std::string_view> split(std::string_view,
                                    char comma);  // one element more than there are separators

// A number that is the whole of `text`, in any locale; a leading plus is allowed. Nothing for other text, for
// a whole number outside low..high, for a real one outside float's range, and for nan and inf.
std::optional<int> to_int(std::string_view text, std::int64_t low, std::int64_t high);
std::optional<float> to_real(std::string_view text);

}  // namespace nightjar
