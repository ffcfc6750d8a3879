#include "engine/run/aligned.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace nightjar {

void FreeFloats::operator()(float* p) const { std::free(p); }

Floats allocate_floats(std::int64_t count) {
  constexpr std::size_t line = 64, huge_page = std::size_t{2} << 20;
  const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(float);
  const bool large = bytes >= huge_page;
  const std::size_t alignment = large ? huge_page : line;
  void* p = std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment);
  if (!p) return nullptr;
  // Advice, and no more: fewer page faults while weights are packed, fewer TLB misses while they are read.
  if (large) madvise(p, bytes, MADV_HUGEPAGE);
  std::memset(p, 0, bytes);
  return Floats(static_cast<float*>(p));
}

}  // namespace nightjar
