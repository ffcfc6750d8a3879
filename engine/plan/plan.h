// Plan: everything that is decided once. For each step its kernel, where its operands lie and where its
// packed weights start; a run only executes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/graph.h"
#include "engine/plan/memory.h"
#include "kernels/kernel.h"

namespace nightjar {

// A kernel that takes a node as it is. Estimates are cycles of one image on a core of a CPU, or microseconds
// of a GPU for the batch.
struct Candidate {
  const Kernel* kernel = nullptr;
  double estimate = 0;
  double measured = 0;  // microseconds; 0 where it was not
};

struct Step {
  int node = -1;
  const Kernel* kernel = nullptr;
  std::vector<Candidate> candidates;  // those that accept, the chosen one first
  std::vector<int> clear;             // storages whose halos are to be zeroed before this step
  std::int64_t packed_bytes = 0,
               packed_at = 0;  // its weights as its kernel reads them, among all of their kind
  bool repacked = false;       // they may change: each context has its own, packed anew then
};

struct Plan : Memory {
  std::string isa;                   // "avx512"; "sm_90 fp16"
  int batch = 0;                     // that it was made for; 0: any
  std::vector<Step> steps;           // in order; a node whose value needs no work has none
  std::int64_t packed_bytes = 0;     // of the steps whose weights never change
  std::int64_t repacked_bytes = 0;   // of the others
  std::int64_t workspace_bytes = 0;  // of a GPU: the most that a step needs
};

// The steps that pack weights once, when the model is loaded; or again, when weights have changed.
std::vector<const Step*> packing_steps(const Plan& plan, bool repacked);

// Says of each step where its packed weights go.
void lay_out_weights(const Graph& graph, Plan& plan);

}  // namespace nightjar
