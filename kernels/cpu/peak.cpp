#include "kernels/cpu/peak.h"

#include <numeric>

namespace nightjar::cpu::NIGHTJAR_ISA {

double run_fmas(std::int64_t rounds, float& result) {
  // Two units with a latency of 4 or 5 cycles need 10 sums under way; all registers but two constants and two
  // to spare are sums: 28 for AVX-512, 12 for AVX2.
  constexpr int chains = registers - 4;
  Vec sums[chains];
  // x -> x/2 + 1 tends to 2: no overflow, and nothing subnormal. All begin below 2, where a compiler would
  // see that nothing changes, and differently, for it to see no two alike.
  for (int i = 0; i < chains; ++i) sums[i] = set(static_cast<float>(i) / chains);
  const Vec factor = set(.5f), term = set(1.f);
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 28
    for (int i = 0; i < chains; ++i) sums[i] = fma(sums[i], factor, term);
  }
  Vec total = set(0.f);
  for (int i = 0; i < chains; ++i) total = total + sums[i];
  float parts[lanes];
  store(parts, total);
  result = std::accumulate(parts, parts + lanes, 0.f);
  return 2. * lanes * chains * static_cast<double>(rounds);
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
