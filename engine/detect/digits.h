// Numbers and bytes as text, whatever the locale.
#pragma once

#include <string>

namespace nightjar {

// printf's "%.<decimals>f". Infinities, which no format of ours can carry, become the largest number, and
// what is no number 0.
std::string fixed_point(double value, int decimals);

}  // namespace nightjar
