// Plan for a GPU: kernels and memory for one batch, decided once. Kernels are chosen for the batch, as a GPU
// is filled by one picture in other ways than by many.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/graph.h"
#include "engine/plan/memory.h"
#include "engine/plan/tuning.h"
#include "kernels/cuda/kernel.h"
#include "parsers/result.h"

namespace nightjar::cuda {

struct Candidate {
  const CudaKernel* kernel;
  double estimate;      // microseconds, the whole batch
  double measured = 0;  // likewise; 0 where it was not
};

struct Step {
  int node = -1;
  const CudaKernel* kernel = nullptr;
  std::vector<Candidate> candidates;  // those that accept, the chosen one first
};

// Of Memory, blocks are 8 channels: 16 bytes of halves, the least that a view may start at.
struct Plan : Memory {
  int batch = 1;
  Type type = Type::f32;  // of all activations
  Precision precision = Precision::fp32;
  Device device;
  std::vector<Step> steps;
  std::int64_t workspace_bytes = 0;  // the most a step needs

  std::int64_t bytes(std::int64_t elements) const { return elements * batch * bytes_of(type); }
  std::int64_t arena_bytes() const { return bytes(arena_elements); }
  std::int64_t input_bytes() const;
};

struct PlanOptions {
  Device device;
  Precision precision = Precision::fp32;
  Library convolutions = Library::ours;
  int batch = 1;
  const Tuning* tuning = nullptr;  // measured times, which go before the estimates
};

// Errors: too_large, for a batch that no kernel takes.
Result<Plan> make_plan(const Graph& graph, const PlanOptions& options);

// The value of a node, with its data where `arena` and `input` are those of the plan (null: none).
Tensor tensor_of(const Plan& plan, int node, std::byte* arena = nullptr, std::byte* input = nullptr);

}  // namespace nightjar::cuda
