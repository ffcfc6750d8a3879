// Errors about a file, worded alike: "<file>[:<line>]: <what was found>; <what would be right>".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "parsers/result.h"

namespace nightjar {

// Text from a file or a user, fit for a terminal: control bytes and what is not UTF-8 appear as \n, \t or
// \xNN, and what goes beyond `limit` bytes as "...".
std::string printable(std::string_view text, std::size_t limit = 60);

// The same between single quotes.
std::string in_quotes(std::string_view text);

// "file:line", or "file" where line is 0.
std::string place(std::string_view file, int line = 0);

Error malformed(std::string_view file, int line, std::string_view what);
Error malformed(std::string_view file, std::string_view what);
Error too_large(std::string_view file, std::string_view what);

}  // namespace nightjar
