// SplitMix64 [Steele, Lea & Flood 2014]: a state that grows by a constant, and its bits mixed. The same
// numbers on every machine.
#pragma once

#include <cstdint>

#include "kernels/activation.h"

namespace nightjar::split_mix {

inline constexpr std::uint64_t growth = 0x9e3779b97f4a7c15;

NIGHTJAR_FORMULA constexpr std::uint64_t mixed(std::uint64_t state) {
  state = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
  state = (state ^ state >> 27) * 0x94d049bb133111eb;
  return state ^ state >> 31;
}

// From 0 to below 1, in steps of 2^-24.
NIGHTJAR_FORMULA constexpr float share(std::uint64_t bits) {
  return static_cast<float>(bits >> 40) * 0x1p-24f;
}

}  // namespace nightjar::split_mix
