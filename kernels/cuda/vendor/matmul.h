// A matrix product that somebody else computes: cuBLASLt on a device (matmul.cpp), a plain loop in the tests
// (tests/simt/matmul.cpp).
#pragma once

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

// For each group: d[row][column] = sum over k of a[row][k] * b[column][k], all three with their last index
// innermost and of one type; sums in fp32.
struct Matmul {
  const void *a, *b;
  void* d;
  Type type;
  Precision precision;  // of the products: fp32 or tf32 of f32, fp16 of f16
  std::int64_t rows, columns, k;
  std::int64_t a_row, b_row, d_row;  // elements between neighbouring rows
  int groups;
  std::int64_t a_group, b_group, d_group;  // elements between neighbouring groups
  void* workspace;                         // matmul_workspace_bytes, 256-byte aligned
  std::int64_t d_step = 0;                 // elements: a launch may start at any multiple of it behind d
};

// What cuBLAS itself takes on Hopper; some of its kernels cut the sum and keep the parts there.
constexpr std::int64_t matmul_workspace_bytes = std::int64_t{32} << 20;

struct PreparedMatmul {
  Matmul product;
  std::uint64_t algorithm[8];  // cuBLASLt's choice
};
Status prepare_matmul(const Matmul& product, PreparedMatmul& prepared);

// Enqueues it, with d `steps` of d_step further. Can be recorded in a CUDA graph.
Status matmul(const PreparedMatmul& prepared, std::int64_t steps, Stream stream);

}  // namespace nightjar::cuda
