// Plan for a CPU: everything that is decided once. For each step its kernel, where its operands lie and where
// its packed weights start; `run` only executes. A plan does not depend on the number of threads or on the
// batch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/graph.h"
#include "engine/plan/memory.h"
#include "kernels/kernel_set.h"

namespace nightjar {

struct Candidate {
  const Kernel* kernel;
  double cycles;            // estimated, one image, one core
  double microseconds = 0;  // measured, one image, all threads; 0 where it was not
};

struct Step {
  int node = -1;
  const Kernel* kernel = nullptr;
  std::int64_t packed = 0, packed_floats = 0;  // in floats, from the start of the packed weights
  std::vector<Candidate> candidates;           // those that accept, the chosen one first
  std::vector<int> clear;                      // storages whose halos are to be zeroed before this step
};

struct Plan : Memory {
  std::string isa;
  std::vector<Step> steps;  // in order; a node whose value needs no work has none
  std::int64_t packed_floats = 0;
};

class Tuning;

struct PlanOptions {
  bool winograd = true;            // false: no kernel that computes with transformed weights
  const Tuning* tuning = nullptr;  // measured times, which go before the estimates
};

// Chooses kernels from `set` (the reference where it has none), lays out memory.
Plan make_plan(const Graph& graph, const KernelSet& set, const PlanOptions& options = {});

// The stages of make_plan that know kernels; engine/plan/memory.h has the others.
void choose_layouts(const Graph& graph, const KernelSet& set, Plan& plan);
void choose_kernels(const Graph& graph, const KernelSet& set, const PlanOptions& options, Plan& plan);
void lay_out_weights(const Graph& graph, Plan& plan);

// `values[node]` as a tensor without data: what a kernel is asked to accept.
Tensor describe(const Value& value);

}  // namespace nightjar
