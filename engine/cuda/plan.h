// Plan for a GPU: kernels and memory for one batch, decided once. Kernels are chosen for the batch, as a GPU
// is filled by one picture in other ways than by many.
#pragma once

#include "engine/plan/plan.h"
#include "engine/plan/tuning.h"
#include "kernels/cuda/kernel.h"
#include "parsers/result.h"

namespace nightjar::cuda {

// Of its Memory, blocks are 8 channels: 16 bytes of halves, the least that a view may start at.
struct CudaPlan : Plan {
  Precision precision = Precision::fp32;
  Device device;

  std::int64_t bytes(Region region) const { return region_bytes(region, batch); }
};

struct PlanOptions {
  Device device;
  Precision precision = Precision::fp32;
  Library convolutions = Library::ours;
  int batch = 1;
  const Tuning* tuning = nullptr;  // measured times, which go before the estimates
  double least_gain = 0;           // where they are shorter by more than this part
};

// Errors: too_large, for a batch that no kernel takes; device, for an operation that none computes.
Result<CudaPlan> make_plan(const Graph& graph, const PlanOptions& options);

// What a node reads and writes, as its kernel is given it; of one that walks, at a step of the sequences.
struct Operands {
  std::vector<Tensor> in, out;
};
Operands operands_of(const Graph& graph, const CudaPlan& plan, int node, int step,
                     const RegionStarts& regions = {});
// At its first step, which all others are like.
Operands operands_of(const Graph& graph, const CudaPlan& plan, int node);

inline const CudaKernel& cuda_kernel_of(const Kernel* kernel) {
  return static_cast<const CudaKernel&>(*kernel);
}

}  // namespace nightjar::cuda
