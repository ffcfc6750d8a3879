// Division by a number known on the host: a multiplication and a shift on the device, where an integer
// division takes about twenty instructions. Also the few whole-number functions that host and device share.
#pragma once

#include <cstdint>

#ifdef __CUDACC__
#define NIGHTJAR_BOTH __host__ __device__ __forceinline__
#else
#define NIGHTJAR_BOTH inline
#endif

namespace nightjar::cuda {

NIGHTJAR_BOTH constexpr int ceil_div(int a, int b) {
  return (a + b - 1) / b;
}
NIGHTJAR_BOTH constexpr int round_up(int a, int b) {
  return ceil_div(a, b) * b;
}

// n / d for 0 <= n < 2^31, d >= 1, by Granlund and Montgomery (1994), theorem 4.2 with N = 31: with l =
// ceil(log2 d) and m = floor(2^(31+l) / d) + 1, which is below 2^32, floor(n / d) = n m >> (31 + l).
struct Divider {
  std::uint32_t multiplier = 0x80000001u;
  std::uint32_t shift = 31;
  int divisor = 1;

  Divider() = default;
  explicit Divider(int d) : divisor(d) {
    std::uint32_t log = 0;
    while ((std::uint64_t{1} << log) < static_cast<std::uint64_t>(d)) ++log;
    shift = 31 + log;
    multiplier = static_cast<std::uint32_t>((std::uint64_t{1} << shift) / static_cast<std::uint64_t>(d) + 1);
  }
  NIGHTJAR_BOTH int quotient(int n) const {
    return static_cast<int>((static_cast<std::uint64_t>(static_cast<std::uint32_t>(n)) * multiplier) >>
                            shift);
  }
  // Both at once; returns the quotient.
  NIGHTJAR_BOTH int divide(int n, int& remainder) const {
    const int q = quotient(n);
    remainder = n - q * divisor;
    return q;
  }
};

}  // namespace nightjar::cuda
