// The rate that nothing computed with these registers can exceed: fused multiply-adds and nothing else.
#pragma once

#include <cstdint>

#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// Runs `rounds` rounds of independent multiply-adds on registers, without touching memory. Returns how many
// floating-point operations that was; `result` gets a value that depends on all of them.
double run_fmas(std::int64_t rounds, float& result);

}  // namespace nightjar::cpu::NIGHTJAR_ISA
