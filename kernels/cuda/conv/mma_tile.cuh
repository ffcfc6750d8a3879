// A block's tile of a matrix product with mma.sync, its pipeline's stages in shared memory, and its sums.
#pragma once

#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/conv/mma_index.h"
#include "kernels/cuda/conv/split_k.cuh"
#include "kernels/cuda/ptx.cuh"

namespace nightjar::cuda {

using namespace mma_index;

// Rows x columns of the product, and how the block's warps share them. Of a convolution rows are pixels and
// columns filters.
template <int rows_, int columns_, int warps_along_rows, int warps_along_columns>
struct Tile {
  static constexpr int rows = rows_, columns = columns_;
  static constexpr int warps_m = warps_along_rows, warps_n = warps_along_columns;
  static constexpr int threads = 32 * warps_m * warps_n;
  static constexpr int m = rows / warps_m / 16;    // fragments of a warp: 16 rows each,
  static constexpr int n = columns / warps_n / 8;  // 8 columns each
  static constexpr int stage_bytes = (rows + columns) * row_bytes;
  // 96 KiB leave room for two blocks in the 228 KiB of an sm_90, and for one in the 100 KiB of an sm_86.
  static constexpr int stages = (96 << 10) / stage_bytes < 4 ? (96 << 10) / stage_bytes : 4;
  static constexpr int pipeline_bytes = stages * stage_bytes;
  static constexpr int sums_bytes = tile_bytes(rows, columns);  // takes the pipeline's place at the end
  static constexpr int flag_offset = pipeline_bytes > sums_bytes ? pipeline_bytes : sums_bytes;
  static constexpr int shared_bytes = flag_offset + 16;
  static constexpr int blocks =
      threads == 256 ? 2 : 3;  // a multiprocessor, by registers: 128 or 168 a thread
  static_assert(n % 2 == 0, "ldmatrix brings the operands of 16 columns");
};

// 64 x 32 sums a warp: 64 registers, and 6 ldmatrix for 16 mma.
using WideTile = Tile<128, 128, 2, 4>;
using TallTile = Tile<128, 64, 2, 2>;
// For small grids and few filters.
using SmallTile = Tile<64, 64, 2, 2>;

template <class Shape>
struct Sums {
  float d[Shape::m][Shape::n][4] = {};
};

// Multiplies steps [begin, end), some of which are on their way meanwhile; a barrier lies behind.
//   load(step, stage)   starts the copies of a step
//   multiply(stage)     adds its products to the thread's sums
template <class Shape, class Load, class Multiply>
NIGHTJAR_DEVICE void run_pipeline(int begin, int end, Load load, Multiply multiply) {
#pragma unroll
  for (int ahead = 0; ahead < Shape::stages - 1; ++ahead) {
    if (begin + ahead < end) load(begin + ahead, ahead);
    cp_async_commit();  // empty groups too, so that waiting always counts the same
  }
  int stage = 0;
  for (int step = begin; step < end; ++step) {
    cp_async_wait<Shape::stages - 2>();
    __syncthreads();  // this step is complete for all, and all have finished the stage that is overwritten
                      // next
    const int ahead = step + Shape::stages - 1;
    if (ahead < end) load(ahead, stage == 0 ? Shape::stages - 1 : stage - 1);
    cp_async_commit();
    multiply(stage);
    stage = stage + 1 == Shape::stages ? 0 : stage + 1;
  }
  cp_async_wait<0>();
  __syncthreads();
}

template <class Shape>
NIGHTJAR_DEVICE void store_sums(const Sums<Shape>& sums, Shared<float> tile, int lane, int warp_m,
                                int warp_n) {
#pragma unroll
  for (int i = 0; i < Shape::m; ++i) {
#pragma unroll
    for (int j = 0; j < Shape::n; ++j) {
#pragma unroll
      for (int r = 0; r < 4; r += 2) {
        const int row = (warp_m * Shape::m + i) * 16 + d_row(lane, r);
        const int column = (warp_n * Shape::n + j) * 8 + d_column(lane);
        store<2>(tile + (row * tile_stride(Shape::columns) + column),
                 Pack<float, 2>{{sums.d[i][j][r], sums.d[i][j][r + 1]}});
      }
    }
  }
}

// Adds to the block's sums, which lie in `tile`, those of the others that share it. False for all of them but
// the last.
template <class Shape>
NIGHTJAR_DEVICE bool meet(const SplitWorkspace& w, Shared<float> tile, int group, int split, int splits) {
  const int number =
      (group * static_cast<int>(gridDim.y) + static_cast<int>(blockIdx.y)) * static_cast<int>(gridDim.x) +
      static_cast<int>(blockIdx.x);
  const Shared<int> flag = shared_memory<int>(Shape::flag_offset, 1);
  return reduce_splits<Shape::rows, Shape::columns, Shape::threads>(w, tile, flag, number, split, splits);
}

}  // namespace nightjar::cuda
