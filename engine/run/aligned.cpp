#include "engine/run/aligned.h"

#include <sys/mman.h>

namespace nightjar {

void FreeFloats::operator()(float* p) const {
  munmap(p, bytes);
}

Floats allocate_floats(std::int64_t count) {
  constexpr std::size_t huge_page = std::size_t{2} << 20;
  const std::size_t wanted = static_cast<std::size_t>(count > 0 ? count : 1) * sizeof(float);
  const std::size_t bytes = wanted < huge_page ? wanted : (wanted + huge_page - 1) / huge_page * huge_page;
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) return nullptr;
  // Advice, and no more: fewer page faults while weights are packed, fewer TLB misses while they are read.
  madvise(p, bytes, MADV_HUGEPAGE);
  return Floats(static_cast<float*>(p), FreeFloats{bytes});
}

}  // namespace nightjar
