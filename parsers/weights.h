// The header of a Darknet .weights file. The body is little-endian float32 without padding
// (docs/darknet-format.md section 3); which array stands where is said by the layers, and read by
// engine/parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/result.h"

namespace nightjar {

struct WeightsHeader {
  std::int32_t major, minor, revision;
  std::uint64_t seen;  // images the network was trained on
  int bytes;           // 16 (32-bit seen: before version 0.2) or 20 (64-bit seen)
};

inline constexpr int weights_header_max_bytes = 20;

// The header's bytes, in the form of its version: 16 or 20, whatever `bytes` says.
std::string format_weights_header(const WeightsHeader& header);

// Reads the header from the first bytes of a file (20, or all there are). Refuses a truncated header, text,
// HTML or a git-lfs pointer in place of weights, a byte-swapped header, and versions of 1000 and more, on
// whose layout (width of seen, transposed connected layers) the forks disagree. `file` is named in messages.
Result<WeightsHeader> parse_weights_header(std::string_view first_bytes, const std::string& file);

}  // namespace nightjar
