// A cfg from its file.
#pragma once

#include "engine/source.h"
#include "parsers/cfg.h"

namespace nightjar {

// Errors: those of read_source() and of parse_cfg().
Result<Cfg> read_cfg(const Source& source);

}  // namespace nightjar
