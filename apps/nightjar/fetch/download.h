// Download of one address, by libcurl.
#pragma once

#include <cstdint>
#include <string>

#include "apps/nightjar/fetch/partial_file.h"

namespace nightjar {

// When a source is given up.
struct Patience {
  int stall_seconds = 30;  // with less than 1 KiB a second, or without a connection
};

// The most seconds that `bytes` may take: what they take at 16 KiB a second, and a while to begin.
long whole_transfer(std::int64_t bytes, Patience patience);

// Appends to `file` what of `address` it does not have yet, up to `size` bytes in all. A server that cannot
// begin in the middle sends everything anew. Errors: cannot_read where the address gives nothing, stalls, or
// takes longer than whole_transfer(); malformed where it gives more than `size` bytes; cannot_write.
Result<void> download(const std::string& address, PartialFile& file, std::int64_t size, Patience patience);

}  // namespace nightjar
