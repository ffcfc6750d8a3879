// A cfg from its file.
#pragma once

#include <string>

#include "parsers/cfg.h"

namespace nightjar {

// Errors: cannot_read; those of parse_cfg().
Result<Cfg> read_cfg(const std::string& file);

}  // namespace nightjar
