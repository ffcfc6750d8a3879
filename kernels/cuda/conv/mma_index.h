// Where things lie for conv_mma: rows of 128 bytes in shared memory, and what ldmatrix and the fragments of
// mma make of them. In bytes the two types agree: a row is 64 halves or 32 tf32 along k, a step of mma takes
// 32 bytes of it (16 halves, 8 tf32), and a register 4 (2 halves, 1 tf32).
#pragma once

#include "kernels/cuda/divider.h"

namespace nightjar::cuda::mma_index {

constexpr int row_bytes = 128, chunk_bytes = 16, chunks = row_bytes / chunk_bytes;
constexpr int step_chunks = 2;  // of one mma along k

// Byte of chunk `chunk` of row `row`. Chunks are swapped within their row by the row's number, so that the
// same chunk of 8 neighbouring rows, which ldmatrix reads at once, lies in 8 different groups of 4 banks.
NIGHTJAR_BOTH constexpr int swizzled(int row, int chunk) {
  return row * row_bytes + (chunk ^ (row % chunks)) * chunk_bytes;
}

// The row and chunk whose address a lane brings to ldmatrix_x4, relative to the fragment's first.
struct LaneRow {
  int row, chunk;
};
// 16 pixels: registers are (rows 0-7, chunk 0), (rows 8-15, chunk 0), (rows 0-7, chunk 1), (rows 8-15, chunk
// 1), which are a0..a3 of mma.
NIGHTJAR_BOTH constexpr LaneRow a_row(int lane) {
  return {lane % 16, lane / 16};
}
// 16 filters: (rows 0-7, chunk 0), (rows 0-7, chunk 1), (rows 8-15, ...): b0, b1 of the first 8 filters, then
// of the others.
NIGHTJAR_BOTH constexpr LaneRow b_row(int lane) {
  return {lane % 8 + lane / 16 * 8, lane / 8 % 2};
}

// The place in the 16 x 8 results of register i (0 or 2; the next one is one column further).
NIGHTJAR_BOTH constexpr int d_row(int lane, int i) {
  return lane / 4 + i / 2 * 8;
}
NIGHTJAR_BOTH constexpr int d_column(int lane) {
  return lane % 4 * 2;
}

}  // namespace nightjar::cuda::mma_index
