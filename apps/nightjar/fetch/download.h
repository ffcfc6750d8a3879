// Download of one address, by libcurl.
#pragma once

#include <cstdint>
#include <string>

#include "apps/nightjar/fetch/partial_file.h"

namespace nightjar {

// Appends to `file` what of `address` it does not have yet, up to `size` bytes in all. A server that cannot
// begin in the middle sends everything anew. Errors: cannot_read where the address gives nothing, malformed
// where it gives more than `size` bytes, cannot_write.
Result<void> download(const std::string& address, PartialFile& file, std::int64_t size);

}  // namespace nightjar
