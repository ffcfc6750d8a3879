// How many bits of two nibbles differ, for the instructions that look up 16 bytes at once.
//
// A pair is two nibbles, first + 16 * second, times 16, which is where its table begins. Entry i of it has in
// its low nibble how many bits of i and `first` differ, 0 to 4, and in its high nibble the same of `second`:
// three entries can be added before a nibble overflows.
#pragma once

#include <bit>
#include <cstdint>

namespace nightjar::cpu::NIGHTJAR_ISA {

constexpr int most_added_differences = 3;

struct DifferenceTables {
  alignas(16) std::uint8_t bytes[16 * 16 * 16];

  constexpr DifferenceTables() : bytes() {
    for (unsigned i = 0; i < sizeof bytes; ++i) {
      const unsigned entry = i % 16, first = i / 16 % 16, second = i / 256;
      bytes[i] = static_cast<std::uint8_t>(std::popcount(entry ^ first) + 16 * std::popcount(entry ^ second));
    }
  }
};
inline constexpr DifferenceTables difference_tables;

}  // namespace nightjar::cpu::NIGHTJAR_ISA
