// Split-K without a second launch: every block of a tile leaves its sums in the workspace and takes a ticket;
// the one that takes the last adds them all up, always in the order of the splits, so that the result does
// not depend on which block came last. The pattern is that of CUDA's threadFenceReduction sample.
#pragma once

#include "kernels/cuda/conv/epilogue.cuh"

namespace nightjar::cuda {

struct SplitWorkspace {
  Global<unsigned> tickets;  // one a tile; zero before and after a launch
  Global<float> partials;    // (tiles, splits, rows, columns)
};

inline SplitWorkspace split_workspace(void* workspace) {
  auto* bytes = static_cast<unsigned char*>(workspace);
  return {reinterpret_cast<unsigned*>(bytes), reinterpret_cast<float*>(bytes + workspace_zeros)};
}

// True for the block that goes on, with the complete sums in `tile`; barriers lie before and after. `flag`:
// one int of shared memory.
template <int rows, int columns, int threads>
NIGHTJAR_DEVICE bool reduce_splits(const SplitWorkspace& w, Shared<float> tile, Shared<int> flag,
                                   int tile_number, int split, int splits) {
  if (splits == 1) return true;
  constexpr int packs = columns / 4, size = rows * columns;
  const int thread = static_cast<int>(threadIdx.x);
  const Global<float> partials = w.partials + static_cast<std::int64_t>(tile_number) * splits * size;
#pragma unroll 1
  for (int i = thread; i < rows * packs; i += threads) {
    const Pack<float, 4> sums = load<4>(tile + (i / packs * tile_stride(columns) + i % packs * 4));
    store<4>(partials + (split * size + i * 4), sums);
  }
  __threadfence();
  __syncthreads();
  if (thread == 0) {
    const bool last = atomicAdd(w.tickets + tile_number, 1u) == static_cast<unsigned>(splits - 1);
    if (last) w.tickets[tile_number] = 0u;
    flag[0] = last;
  }
  __syncthreads();
  if (flag[0] == 0) return false;
  __threadfence();
#pragma unroll 1
  for (int i = thread; i < rows * packs; i += threads) {
    Pack<float, 4> sum{};
#pragma unroll 4
    for (int s = 0; s < splits; ++s) {
      const Pack<float, 4> part = load_written(partials + (s * size + i * 4));
#pragma unroll
      for (int j = 0; j < 4; ++j) sum.v[j] += part.v[j];
    }
    store<4>(tile + (i / packs * tile_stride(columns) + i % packs * 4), sum);
  }
  __syncthreads();
  return true;
}

}  // namespace nightjar::cuda
