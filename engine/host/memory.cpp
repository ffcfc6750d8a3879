#include "engine/host/memory.h"

#include <sys/mman.h>

namespace nightjar {

void FreeMemory::operator()(std::byte* p) const {
  munmap(p, bytes);
}

HostMemory allocate_host(std::int64_t bytes) {
  constexpr std::size_t huge_page = std::size_t{2} << 20;
  const std::size_t wanted = static_cast<std::size_t>(bytes > 0 ? bytes : 1);
  const std::size_t mapped = wanted < huge_page ? wanted : (wanted + huge_page - 1) / huge_page * huge_page;
  void* p = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) return nullptr;
  // Advice, and no more: fewer page faults while weights are packed, fewer TLB misses while they are read.
  madvise(p, mapped, MADV_HUGEPAGE);
  return HostMemory(static_cast<std::byte*>(p), FreeMemory{mapped});
}

}  // namespace nightjar
