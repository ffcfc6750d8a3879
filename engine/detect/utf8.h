// Where characters end in text that should be UTF-8 but may be anything: names and paths are the user's.
#pragma once

#include <cstddef>
#include <string_view>

namespace nightjar {

// Bytes of the UTF-8 sequence `text` begins with, 1 to 4; 0 where it begins with none (RFC 3629: no overlong
// forms, no surrogates, nothing above U+10FFFF) or is empty.
std::size_t utf8_length(std::string_view text);

}  // namespace nightjar
