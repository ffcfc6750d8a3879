// Runs one CPU kernel on made-up data.
#pragma once

#include "kernels/cpu/kernel_set.h"
#include "tests/kernels/harness.h"

namespace nightjar::testing {

// How the tensors of a case lie in memory. The first input's halo is on top of what the kernel wants.
struct CpuLayouts {
  Layout first, others, out;
};

// Whether the kernel takes the operation in these layouts.
bool accepts(const cpu::CpuKernel& kernel, const Op& op, const CpuLayouts& layouts);

struct CpuOutcome {
  std::vector<float> values;  // of the outputs (n, output, c, h, w)
  bool in_bounds = true;      // nothing was written beside scratch, packed weights or outputs
  bool padding_clean = true;  // the outputs' padding lanes are finite, their halos as they were
};

// `data` as make_data() has it. All outputs and scratch are NaN before the run. Items are cut into `ranges`
// ranges, as for so many threads, and the last range runs first.
CpuOutcome run_on_cpu(const cpu::CpuKernel& kernel, const Op& op, const std::vector<Tensor>& data,
                      const std::vector<OwnedTensor>& weights, const CpuLayouts& layouts, int ranges);

}  // namespace nightjar::testing
