// A glyph as a program: what its operators draw.
#pragma once

#include <optional>
#include <string_view>

#include "parsers/font/cff.h"

namespace nightjar {

// Nothing where the program is not sound, calls too deep, or runs too long.
std::optional<Outline> run_charstring(std::string_view program, const CffIndex& global_subroutines,
                                      const CffIndex& subroutines);

}  // namespace nightjar
