// Large blocks of floats, aligned to huge pages where they are large enough to fill one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace nightjar {

struct FreeFloats {
  std::size_t bytes = 0;  // of the mapping
  void operator()(float* p) const;
};
using Floats = std::unique_ptr<float[], FreeFloats>;

// Zeroed, and touched only when written; null when there is not enough memory.
Floats allocate_floats(std::int64_t count);

}  // namespace nightjar
