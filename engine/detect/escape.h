// Names and paths, which are the user's and may hold anything, inside a line of text, CSV and JSON.
#pragma once

#include <string>
#include <string_view>

namespace nightjar {

// On a line of text: no control bytes, and valid UTF-8 (\x1b).
std::string on_a_line(std::string_view text);
// A field of CSV by RFC 4180, escaped as on a line.
std::string csv_field(std::string_view text);
// With its quotes; what is not UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);

}  // namespace nightjar
