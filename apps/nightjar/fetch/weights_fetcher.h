// From a catalog entry to a verified weights file.
#pragma once

#include <string>

#include "apps/nightjar/catalog.h"
#include "apps/nightjar/fetch/download.h"

namespace nightjar {

enum class Fetched { now, before };

// Makes `folder`/NAME.weights, trying the entry's sources in turn. A file that is there already is verified
// and kept, whatever it holds. Interrupted downloads are taken up again from NAME.weights.partial. Errors:
// malformed where something came, or was there, that is not the published file; cannot_read where no source
// gave anything, with the reason of each; cannot_write.
Result<Fetched> fetch_weights(const CatalogEntry& entry, const std::string& folder, Patience patience);

}  // namespace nightjar
