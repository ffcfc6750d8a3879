// Arrays that there is one of, in spans of some thousand floats as items.
#pragma once

#include "kernels/cpu/kernel.h"
#include "kernels/cpu/simd/partial.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

constexpr int span_floats = 4096;

inline Work work_of_spans(std::int64_t floats) {
  return {1, {static_cast<int>((floats + span_floats - 1) / span_floats)}};
}

// Calls visit(first, count) for the registers of spans [begin, end): `count` floats of each are there.
template <class Visit>
NIGHTJAR_INLINE void each_register(std::int64_t floats, int begin, int end, const Visit& visit) {
  const std::int64_t last =
      std::int64_t{end} * span_floats < floats ? std::int64_t{end} * span_floats : floats;
  for (std::int64_t i = std::int64_t{begin} * span_floats; i < last; i += lanes)
    visit(i, last - i < lanes ? last - i : lanes);
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
