// printf into a string: the lines of the tables that the engine prints for people.
#pragma once

#include <string>

namespace nightjar {

// At most 511 characters; what is longer is cut.
[[gnu::format(printf, 1, 2)]] std::string format(const char* form, ...);

}  // namespace nightjar
