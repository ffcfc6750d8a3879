// Plan for a CPU: layouts, kernels and memory, decided once. It depends neither on the number of threads nor
// on the batch.
#pragma once

#include "engine/plan/plan.h"
#include "engine/plan/tuning.h"
#include "kernels/cpu/kernel_set.h"

namespace nightjar::cpu {

struct PlanOptions {
  bool winograd = true;            // false: no kernel that computes with transformed weights
  const Tuning* tuning = nullptr;  // measured times, which go before the estimates
};

// Chooses kernels from `set` (the reference where it has none), lays out memory.
Plan make_plan(const Graph& graph, const KernelSet& set, const PlanOptions& options = {});

inline const CpuKernel& cpu_kernel_of(const Kernel* kernel) {
  return static_cast<const CpuKernel&>(*kernel);
}

}  // namespace nightjar::cpu
