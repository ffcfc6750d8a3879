// A tile of a matrix product in fp32, register tiled: a block computes 128 x 64 sums, a thread 8 x 8 of them.
// Each step multiplies a 128 x 16 tile on the left with a 16 x 64 tile on the right, both in shared memory,
// (step, row) and (step, column), twice: while one pair is multiplied, the next is on its way through
// registers ("double buffer"). A step's 64 FMAs read 4 packs of 16 bytes: 16 FMAs an instruction that loads.
#pragma once

#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/conv/split_k.cuh"

namespace nightjar::cuda::simt_tile {

constexpr int rows = 128, columns = 64, steps = 16, threads = 128;
constexpr int left_floats = steps * rows, right_floats = steps * columns;
constexpr int stage_bytes = (left_floats + right_floats) * 4;
constexpr int sums_bytes = tile_bytes(rows, columns);  // takes the place of the stages at the end
constexpr int flag_offset = 2 * stage_bytes > sums_bytes ? 2 * stage_bytes : sums_bytes;
constexpr int shared_bytes = flag_offset + 16;

// A thread's 8 x 8 sums lie in four quarters, 64 rows and 32 columns apart, so that the lanes of a warp read
// neighbouring packs.
NIGHTJAR_DEVICE int row_of(int i) {
  return i / 4 * (rows / 2) + static_cast<int>(threadIdx.x) / 8 * 4 + i % 4;
}
NIGHTJAR_DEVICE int column_of(int j) {
  return j / 4 * (columns / 2) + static_cast<int>(threadIdx.x) % 8 * 4 + j % 4;
}

NIGHTJAR_DEVICE void multiply_tiles(Shared<const float> left, Shared<const float> right,
                                    float (&sums)[8][8]) {
#pragma unroll
  for (int k = 0; k < steps; ++k) {
    Pack<float, 4> l[2], r[2];
#pragma unroll
    for (int half_tile = 0; half_tile < 2; ++half_tile) {
      l[half_tile] = load<4>(left + (k * rows + row_of(half_tile * 4)));
      r[half_tile] = load<4>(right + (k * columns + column_of(half_tile * 4)));
    }
#pragma unroll
    for (int i = 0; i < 8; ++i) {
#pragma unroll
      for (int j = 0; j < 8; ++j) sums[i][j] = fmaf(l[i / 4].v[i % 4], r[j / 4].v[j % 4], sums[i][j]);
    }
  }
}

// The block's sums in shared memory, in the place of the stages; barriers lie before and after.
NIGHTJAR_DEVICE Shared<float> put_down(const float (&sums)[8][8]) {
  __syncthreads();
  const Shared<float> tile = shared_memory<float>(0, rows * tile_stride(columns));
#pragma unroll
  for (int i = 0; i < 8; ++i) {
#pragma unroll
    for (int j = 0; j < 8; j += 4) {
      const Pack<float, 4> quarter{{sums[i][j], sums[i][j + 1], sums[i][j + 2], sums[i][j + 3]}};
      store<4>(tile + (row_of(i) * tile_stride(columns) + column_of(j)), quarter);
    }
  }
  __syncthreads();
  return tile;
}

// Adds to the block's sums, which lie in `tile`, those of the others that share it. False for all of them but
// the last.
NIGHTJAR_DEVICE bool meet(const SplitWorkspace& w, Shared<float> tile, int group, int split, int splits) {
  const int number =
      (group * static_cast<int>(gridDim.y) + static_cast<int>(blockIdx.y)) * static_cast<int>(gridDim.x) +
      static_cast<int>(blockIdx.x);
  const Shared<int> flag = shared_memory<int>(flag_offset, 1);
  return reduce_splits<rows, columns, threads>(w, tile, flag, number, split, splits);
}

}  // namespace nightjar::cuda::simt_tile
