// Which kernels this machine can run.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kernels/cpu/kernel.h"
#include "kernels/reference/picture_rows.h"

namespace nightjar::cpu {

// The kernels of one instruction set.
struct KernelSet {
  const char* isa;
  int block;         // channels a block of its layouts: the floats of a register
  int narrow_block;  // of values with so few channels, where it has kernels for half a register, too; else as
                     // `block`
  std::vector<const CpuKernel*> kernels;
  // Does nothing but multiply-adds on registers, `rounds` times over; returns how many floating-point
  // operations that was and leaves a value that depends on all. Null where a set has no registers of its own.
  double (*run_fmas)(std::int64_t rounds, float& result);
  const PictureRows* picture_rows;
};

// The sets compiled in that this CPU can run, best first; the last one is "reference", planar, which has
// every operation.
const std::vector<KernelSet>& kernel_sets();

// True if the set of that name was compiled in, whether or not this CPU can run it.
bool is_known_isa(std::string_view isa);

}  // namespace nightjar::cpu
