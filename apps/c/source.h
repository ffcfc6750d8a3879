// Files and bytes of the caller's.
#pragma once

#include <cstdint>
#include <string>

#include "apps/c/nightjar_c.h"
#include "engine/source.h"
#include "parsers/result.h"

namespace nightjar::c {

bool is_given(const nightjar_source& source);

// `what` it should be, for messages: "a cfg". Errors: usage, where there is neither a file nor bytes.
Result<Source> source_of(const nightjar_source* source, const char* what);

}  // namespace nightjar::c
