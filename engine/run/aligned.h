// Large blocks of floats, aligned to huge pages where they are large enough to fill one.
#pragma once

#include <cstdint>
#include <memory>

namespace nightjar {

struct FreeFloats {
  void operator()(float* p) const;
};
using Floats = std::unique_ptr<float[], FreeFloats>;

// Zeroed; null when there is not enough memory.
Floats allocate_floats(std::int64_t count);

}  // namespace nightjar
