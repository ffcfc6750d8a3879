// Memory for stb's writers and outlines, which go on without what they asked for: they get it, or it is said.
#pragma once

#include <cstdlib>
#include <new>

namespace nightjar {

// Throws std::bad_alloc. What stb holds then is lost.
inline void* stb_reallocate(void* block, std::size_t size) {
  if (void* const moved = std::realloc(block, size)) return moved;
  throw std::bad_alloc();
}

}  // namespace nightjar
