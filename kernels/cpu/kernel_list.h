// The kernels that were compiled for one kind of register.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/kernel.h"
#include "kernels/reference/picture_rows.h"

namespace nightjar::cpu {

struct KernelList {
  int lanes;  // floats a register
  const CpuKernel* const* kernels;
  std::size_t count;
  double (*run_fmas)(std::int64_t rounds, float& result);  // kernels/cpu/peak.h
  const PictureRows* picture_rows;
};

}  // namespace nightjar::cpu
