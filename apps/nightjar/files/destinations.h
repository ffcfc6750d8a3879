// Outputs that would destroy something: an input, or one another.
#pragma once

#include <string>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

// Refuses `outputs` of which one is an input, or two are the same file, however they are spelled (usage).
// Empty paths and "-" are none; devices and pipes may be read and written at once.
Result<void> refuse_overwriting(const std::vector<std::string>& outputs,
                                const std::vector<std::string>& inputs);

}  // namespace nightjar
