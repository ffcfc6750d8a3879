// Files that users name, read whole: under a size cap, and never waiting for a FIFO or a device.
#pragma once

#include <cstdint>
#include <string>

#include "engine/source.h"
#include "parsers/result.h"

namespace nightjar {

// The bytes of a regular file, or of standard input where `path` is "-". Folders, FIFOs, sockets and devices
// are refused at once (cannot_read, with the system's own words where it has any); what is larger than
// `max_bytes` is refused before it is read (too_large); a file that changes its size meanwhile is
// cannot_read.
Result<std::string> read_file(const std::string& path, std::int64_t max_bytes);

// The same of a file, or of bytes that are there already.
Result<std::string> read_source(const Source& source, std::int64_t max_bytes);

// True if both names lead to one existing file.
bool same_file(const std::string& a, const std::string& b);

// `path` from the root, without links, "." and ".."; of what is not there yet, as far as it is there.
std::string real_path(const std::string& path);

// What errno says, in the system's words.
std::string system_message(int error);

}  // namespace nightjar
