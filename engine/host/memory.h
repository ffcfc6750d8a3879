// Large blocks of memory, aligned to huge pages where they are large enough to fill one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace nightjar {

struct FreeMemory {
  std::size_t bytes = 0;  // of the mapping
  void operator()(std::byte* p) const;
};
using HostMemory = std::unique_ptr<std::byte[], FreeMemory>;

// Zeroed, and touched only when written; null when there is not enough memory.
HostMemory allocate_host(std::int64_t bytes);

// Blocks start at whole cache lines.
constexpr std::int64_t cache_line = 64;
constexpr std::int64_t whole_lines(std::int64_t bytes) {
  return (bytes + cache_line - 1) / cache_line * cache_line;
}

}  // namespace nightjar
